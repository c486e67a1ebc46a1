import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from parkbot.errors import ParkBotError
from parkbot.index.vectors import CachedEmbedder, ShippedVectors, VectorCache, key_of, ship_vectors


class Counting:
    """Vectors that say which text they are of, and a note of every batch."""

    name = "counting"

    def __init__(self, fails_at: int | None = None) -> None:
        self.batches: list[list[str]] = []
        self.fails_at = fails_at

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if len(self.batches) == self.fails_at:
            raise KeyboardInterrupt
        self.batches.append(texts)
        return [vector_of(text) for text in texts]


def vector_of(text: str) -> list[float]:
    return [float(part) for part in key_of(text)[:4]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


@pytest.fixture
def cache(path: Path) -> Iterator[VectorCache]:
    cache = VectorCache(path)
    yield cache
    cache.close()


def known(cache: VectorCache, texts: list[str], name: str = "counting") -> list[list[float] | None]:
    return [None if vector is None else vector.tolist() for vector in cache.get(name, texts)]


class TestCache:
    def test_what_was_put_is_got_by_embedder_and_text(self, cache: VectorCache):
        cache.put("a", ["x", "y"], np.array([[1, 2], [3, 4]], np.float32))
        cache.put("b", ["x"], np.array([[9]], np.float32))
        assert known(cache, ["y", "z", "x", "y"], "a") == [[3, 4], None, [1, 2], [3, 4]]
        assert known(cache, ["x", "y"], "b") == [[9], None]
        assert known(cache, ["x"], "c") == [None]
        assert known(cache, [], "a") == []

    def test_vectors_are_as_they_were(self, cache: VectorCache):
        vectors = np.random.default_rng(0).normal(size=(1200, 384)).astype(np.float32)
        texts = [f"第{n}条" for n in range(1200)]
        cache.put("a", texts, vectors)
        got = np.stack(cache.get("a", texts))
        assert got.dtype == np.float32
        assert np.array_equal(got, vectors)

    def test_they_outlive_the_process(self, cache: VectorCache, path: Path):
        cache.put("a", ["x"], np.array([[1, 2]], np.float32))
        cache.close()
        again = VectorCache(path)
        assert known(again, ["x"], "a") == [[1, 2]]
        again.close()

    def test_a_damaged_file_is_begun_anew(self, path: Path):
        path.write_bytes(b"no database" * 1000)
        cache = VectorCache(path)
        cache.put("a", ["x"], np.array([[1]], np.float32))
        assert known(cache, ["x"], "a") == [[1]]
        cache.close()

    def test_a_file_that_cannot_be_made_is_one_readable_line(self, tmp_path: Path):
        with pytest.raises(ParkBotError, match="unable to open"):
            VectorCache(tmp_path / "missing" / "vectors.sqlite")

    def test_threads_and_processes_at_once(self, cache: VectorCache, path: Path):
        script = f"""
from pathlib import Path
import numpy as np
from parkbot.index.vectors import VectorCache
cache = VectorCache(Path({str(path)!r}))
for n in range(100):
    cache.put("a", [f"p{{n}}"], np.array([[n]], np.float32))
cache.close()
"""
        other = subprocess.Popen([sys.executable, "-c", script])

        def put(who: int) -> None:
            for n in range(50):
                cache.put("a", [f"{who}-{n}"], np.array([[n]], np.float32))

        threads = [threading.Thread(target=put, args=(who,)) for who in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert other.wait() == 0
        for who in range(3):
            assert known(cache, [f"{who}-{n}" for n in range(50)], "a") == [[n] for n in range(50)]
        assert known(cache, [f"p{n}" for n in range(100)], "a") == [[n] for n in range(100)]


class TestShipped:
    @pytest.fixture
    def shipped(self, tmp_path: Path) -> Path:
        path = tmp_path / "vectors.npz"
        ship_vectors(path, "counting", ["二", "一", "二"], np.array([[2, 2], [1, 1], [2, 2]], np.float32))
        return path

    def test_they_are_used_for_their_texts_and_embedder_only(self, path: Path, shipped: Path):
        cache = VectorCache(path, ShippedVectors(shipped))
        assert known(cache, ["一", "三", "二"]) == [[1, 1], None, [2, 2]]
        assert known(cache, ["一"], "another") == [None]
        cache.put("counting", ["一"], np.array([[7, 7]], np.float32))
        assert known(cache, ["一"]) == [[7, 7]]
        cache.close()

    def test_the_same_texts_make_the_same_file(self, shipped: Path, tmp_path: Path):
        other = tmp_path / "other.npz"
        ship_vectors(other, "counting", ["一", "二"], np.array([[1, 1], [2, 2]], np.float32))
        assert other.read_bytes() == shipped.read_bytes()

    def test_a_missing_file_is_no_error(self, path: Path, tmp_path: Path):
        cache = VectorCache(path, ShippedVectors(tmp_path / "none.npz"))
        assert known(cache, ["一"]) == [None]
        cache.close()

    def test_a_damaged_file_is_one_readable_line(self, path: Path, shipped: Path):
        shipped.write_bytes(shipped.read_bytes()[:100])
        cache = VectorCache(path, ShippedVectors(shipped))
        with pytest.raises(ParkBotError, match="vectors that ship"):
            cache.get("counting", ["一"])
        cache.close()


class TestEmbedder:
    def test_each_text_is_embedded_once(self, cache: VectorCache):
        model = Counting()
        embedder = CachedEmbedder(model, cache, batch_size=2)
        texts = ["a", "b", "a", "c", "d", "e"]
        expected = [vector_of(text) for text in texts]
        assert embedder.embed(texts).tolist() == expected
        assert embedder.embed(texts).tolist() == expected
        assert model.batches == [["a", "b"], ["c", "d"], ["e"]]

    def test_progress_counts_texts(self, cache: VectorCache):
        embedder = CachedEmbedder(Counting(), cache, batch_size=2)
        embedder.embed(["a"])
        heard = []
        embedder.embed(["b", "a", "b", "c", "d"], lambda done, total: heard.append((done, total)))
        assert heard == [(1, 5), (4, 5), (5, 5)]

    def test_a_killed_run_goes_on_where_it_was(self, cache: VectorCache):
        texts = [f"t{n}" for n in range(10)]
        with pytest.raises(KeyboardInterrupt):
            CachedEmbedder(Counting(fails_at=3), cache, batch_size=2).embed(texts)
        model = Counting()
        CachedEmbedder(model, cache, batch_size=2).embed(texts)
        assert model.batches == [["t6", "t7"], ["t8", "t9"]]

    def test_nul_never_reaches_the_embedder(self, cache: VectorCache):
        model = Counting()
        vectors = CachedEmbedder(model, cache).embed(["节\0能", "节能"])
        assert model.batches == [["节能"]]
        assert vectors[0].tolist() == vectors[1].tolist()

    def test_nothing_to_embed(self, cache: VectorCache):
        assert len(CachedEmbedder(Counting(), cache).embed([])) == 0

    @pytest.mark.parametrize("answer", [[], [[1.0, 2.0]], [[1.0, float("nan")], [1.0, 2.0]]])
    def test_a_broken_embedder_is_seen_and_not_kept(self, cache: VectorCache, answer: list[list[float]]):
        class Broken(Counting):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return answer

        with pytest.raises(ParkBotError, match="counting gave no usable vectors"):
            CachedEmbedder(Broken(), cache).embed(["a", "b"])
        assert known(cache, ["a", "b"]) == [None, None]
