import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from parkbot.domain import SHARED_SPACE, Document
from parkbot.errors import BadSettings, Unavailable, WrongEmbedder
from parkbot.index.dense import DenseIndex
from parkbot.index.passages import Passage
from parkbot.index.stores import ChromaServer, Files, Store

SHARED = (SHARED_SPACE,)
DIMENSIONS = 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "chroma"


@pytest.fixture(params=["files", "server"])
def store(request: pytest.FixtureRequest, folder: Path) -> Store:
    return Files(folder) if request.param == "files" else request.getfixturevalue("server")


@pytest.fixture
def server(chroma_url: str) -> Iterator[ChromaServer]:
    server = ChromaServer(chroma_url)
    yield server
    server.erase()


@pytest.fixture
def index(store: Store) -> Iterator[DenseIndex]:
    index = DenseIndex(store, "constant", DIMENSIONS)
    yield index
    index.close()


def vectors(count: int, seed: int = 0) -> NDArray[np.float32]:
    return normalised(np.random.default_rng(seed).normal(size=(count, DIMENSIONS)).astype(np.float32))


def normalised(found: NDArray[np.float32]) -> NDArray[np.float32]:
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def document(id: str, **changes) -> Document:
    return Document(title=id, text="", id=id, **changes)


def put(index: DenseIndex, owner: Document, its: NDArray[np.float32], parts: int = 1) -> list[str]:
    """Gives each measure `parts` neighbouring vectors."""
    ids = [f"{owner.id}:m{n // parts}" for n in range(len(its))]
    index.replace(owner, [Passage(id, "", "", "") for id in ids], its)
    return ids


def test_the_nearest_come_first_by_how_far_they_stand_out(index: DenseIndex):
    its = vectors(300)
    ids = put(index, document("law"), its)
    query = vectors(1, seed=9)[0]
    cosines = its @ query
    cosines = (cosines - cosines.mean()) / (cosines.std() + 0.01)
    found = index.search(query, 10, spaces=SHARED)
    assert [near.measure_id for near in found] == [ids[row] for row in np.argsort(-cosines)[:10]]
    assert [near.score for near in found] == pytest.approx(sorted(cosines, reverse=True)[:10], abs=1e-4)
    assert index.search(query.tolist(), 10, spaces=SHARED) == found


def test_a_measure_counts_once_and_by_its_nearest_passage(index: DenseIndex):
    its = vectors(200)
    put(index, document("law"), its, parts=20)
    query = its[57]
    found = index.search(query, 8, spaces=SHARED)
    assert len(found) == len({near.measure_id for near in found}) == 8
    best = (its @ query).reshape(10, 20).max(axis=1)
    assert [near.measure_id for near in found] == [f"law:m{n}" for n in np.argsort(-best)[:8]]


def test_there_may_be_fewer_than_asked_for(index: DenseIndex):
    assert index.search(vectors(1)[0], 5, spaces=SHARED) == []
    put(index, document("law"), vectors(3))
    assert len(index.search(vectors(1)[0], 5, spaces=SHARED)) == 3


def test_a_replaced_document_answers_with_its_new_passages_only(index: DenseIndex):
    old, new = vectors(6), vectors(4, seed=1)
    put(index, document("law"), old)
    put(index, document("other"), vectors(5, seed=2))
    put(index, document("law"), new)
    assert index.passages_by_document() == {"law": 4, "other": 5}
    found = index.search(new[2], 1, spaces=SHARED)
    held = np.concatenate([new, vectors(5, seed=2)])
    usual = held @ new[2]
    (best,) = found
    assert best.measure_id == "law:m2" and best.cosine == pytest.approx(1, abs=1e-4)
    assert best.score == pytest.approx((1 - usual.mean()) / (usual.std() + 0.01), abs=1e-4)
    assert max(near.cosine for near in index.search(old[5], 9, spaces=SHARED)) < 0.99


def test_texts_of_the_question_s_language_do_not_come_first_for_that(index: DenseIndex):
    english = 2 * np.eye(1, DIMENSIONS, dtype=np.float32)[0]
    its, others = vectors(50), normalised(vectors(50, seed=1) + english)
    query = normalised(its[7:8] + english)[0]
    put(index, document("law"), its)
    put(index, document("act", language="en"), others)
    assert max(others @ query) > its[7] @ query
    assert index.search(query, 1, spaces=SHARED)[0][0] == "law:m7"


def test_a_removed_document_leaves_nothing(index: DenseIndex):
    put(index, document("law"), vectors(6))
    put(index, document("law-2"), vectors(6, seed=1))
    index.remove("law")
    index.remove("law")
    assert index.passages_by_document() == {"law-2": 6}
    put(index, document("law-2"), vectors(0))
    assert (index.count(), index.passages_by_document()) == (0, {})


class TestFilters:
    @pytest.fixture
    def query(self, index: DenseIndex) -> NDArray[np.float32]:
        put(index, document("zh"), vectors(50))
        put(index, document("en", language="en"), vectors(50, seed=1))
        put(index, document("park-a.own", space="park-a"), vectors(50, seed=2))
        return vectors(1, seed=3)[0]

    @staticmethod
    def owners(found: list[tuple[str, float]]) -> set[str]:
        return {near.measure_id.partition(":")[0] for near in found}

    def test_only_the_spaces_asked_for(self, index: DenseIndex, query):
        assert self.owners(index.search(query, 200, spaces=SHARED)) == {"zh", "en"}
        assert self.owners(index.search(query, 200, spaces=("park-a",))) == {"park-a.own"}
        assert self.owners(index.search(query, 200, spaces=(*SHARED, "park-a"))) == {"zh", "en", "park-a.own"}
        assert index.search(query, 200, spaces=("park",)) == []
        assert index.search(query, 200, spaces=()) == []

    def test_ids_of_another_space_open_nothing(self, index: DenseIndex, query):
        assert index.search(query, 200, spaces=SHARED, document_ids={"park-a.own"}) == []

    def test_a_language(self, index: DenseIndex, query):
        assert self.owners(index.search(query, 200, spaces=SHARED, language="en")) == {"en"}

    def test_a_changed_language_moves_the_document(self, index: DenseIndex, query):
        put(index, document("zh", language="en"), vectors(50))
        assert index.search(query, 200, spaces=SHARED, language="zh") == []
        assert self.owners(index.search(query, 200, spaces=SHARED, language="en")) == {"en", "zh"}

    def test_results_of_two_spaces_are_one_ranking(self, index: DenseIndex, query):
        found = index.search(query, 20, spaces=(*SHARED, "park-a"))
        assert found == sorted(found, key=lambda hit: -hit[1])
        assert len(found) == 20

    def test_no_ids_find_nothing(self, index: DenseIndex, query):
        assert index.search(query, 10, spaces=SHARED, document_ids=[]) == []


def test_documents_are_filtered_whether_few_or_many(index: DenseIndex):
    owners, each = 130, 10
    its = vectors(owners * each)
    for n in range(owners):
        put(index, document(f"d{n}"), its[n * each : (n + 1) * each])
    query = vectors(1, seed=4)[0]
    order = np.argsort(-(its @ query))
    for wanted in (1, 20, 60, 129):
        chosen = {f"d{n}" for n in range(wanted)}
        truth = [f"d{row // each}:m{row % each}" for row in order if f"d{row // each}" in chosen][:20]
        assert [
            near.measure_id for near in index.search(query, 20, spaces=SHARED, document_ids=chosen)
        ] == truth


def test_many_ids_that_match_little_are_still_found(index: DenseIndex):
    crowd = vectors(1) + 0.01 * vectors(3000, seed=1)
    put(index, document("crowd"), crowd)
    far = -vectors(1)
    put(index, document("far"), far)
    names = {"far", *(f"unknown-{n}" for n in range(300))}
    found = index.search(vectors(1)[0], 5, spaces=SHARED, document_ids=names)
    assert [near.measure_id for near in found] == ["far:m0"]


@pytest.mark.parametrize("store", ["files"], indirect=True)
class TestFolder:
    def test_it_is_there_after_a_restart(self, index: DenseIndex, folder: Path):
        put(index, document("law"), vectors(20))
        before = index.search(vectors(1)[0], 5, spaces=SHARED)
        index.close()
        again = DenseIndex(Files(folder), "constant", DIMENSIONS)
        assert (again.count(), again.search(vectors(1)[0], 5, spaces=SHARED)) == (20, before)
        again.close()

    def test_another_embedder_is_an_error_that_names_both_and_the_mend(self, index: DenseIndex, folder: Path):
        put(index, document("law"), vectors(2))
        index.close()
        with pytest.raises(WrongEmbedder) as error:
            DenseIndex(Files(folder), "builtin", 384)
        for part in ("constant (32 dimensions)", "builtin (384 dimensions)", "`parkbot reindex`"):
            assert part in str(error.value)
        fresh = DenseIndex(Files(folder), "builtin", 384, fresh=True)
        assert fresh.count() == 0
        fresh.close()

    def test_an_index_of_an_earlier_make_is_not_blamed_on_the_embedder(
        self, index: DenseIndex, folder: Path, monkeypatch
    ):
        put(index, document("law"), vectors(2))
        index.close()
        monkeypatch.setattr("parkbot.index.dense.VERSION", 0)
        with pytest.raises(WrongEmbedder, match="another version of ParkBot made .* run `parkbot reindex`"):
            DenseIndex(Files(folder), "constant", DIMENSIONS)

    def test_a_reset_index_is_empty_and_usable(self, index: DenseIndex):
        put(index, document("law"), vectors(20))
        index.reset()
        assert (index.count(), index.search(vectors(1)[0], 5, spaces=SHARED)) == (0, [])
        put(index, document("law"), vectors(3))
        assert index.count() == 3

    @pytest.mark.parametrize("damage", ["junk", "empty", "removed"])
    def test_a_damaged_database_is_seen_and_mended(self, index: DenseIndex, folder: Path, damage: str):
        put(index, document("law"), vectors(20))
        index.close()
        database = folder / "chroma.sqlite3"
        if damage == "removed":
            database.unlink()
        else:
            database.write_bytes(b"junk" * 2000 if damage == "junk" else b"")
        again = DenseIndex(Files(folder), "constant", DIMENSIONS)
        assert again.count() == 0
        put(again, document("law"), vectors(20))
        assert again.count() == 20
        again.close()

    @pytest.mark.parametrize(
        "file", ["data_level0.bin", "header.bin", "link_lists.bin", "index_metadata.pickle"]
    )
    def test_damaged_vectors_are_seen_and_mended(self, index: DenseIndex, folder: Path, file: str):
        put(index, document("law"), vectors(1500))
        index.close()
        (damaged,) = folder.glob(f"*/{file}")
        os.truncate(damaged, 0)
        again = DenseIndex(Files(folder), "constant", DIMENSIONS)
        assert (again.count(), again.passages_by_document()) == (0, {})
        put(again, document("law"), vectors(1500))
        assert again.count() == 1500
        again.close()

    def test_a_change_that_was_killed_leaves_an_empty_index(self, index: DenseIndex, folder: Path):
        put(index, document("law"), vectors(30))
        index.close()
        script = f"""
import os
from pathlib import Path
import numpy as np
from chromadb.api.models.Collection import Collection
from parkbot.domain import Document
from parkbot.index.dense import DenseIndex
from parkbot.index.passages import Passage
from parkbot.index.stores import ChromaServer, Files, Store
Collection.upsert = lambda *arguments, **more: os._exit(9)
index = DenseIndex(Files(Path({str(folder)!r})), "constant", {DIMENSIONS})
passages = [Passage("other:1", "", "", "")]
index.replace(Document(title="t", text="", id="other"), passages, np.ones((1, {DIMENSIONS}), np.float32))
"""
        assert subprocess.run([sys.executable, "-c", script]).returncode == 9
        again = DenseIndex(Files(folder), "constant", DIMENSIONS)
        assert again.passages_by_document() == {}
        put(again, document("law"), vectors(30))
        again.close()
        whole = DenseIndex(Files(folder), "constant", DIMENSIONS)
        assert whole.passages_by_document() == {"law": 30}
        whole.close()

    def test_after_a_change_the_files_are_left_alone(self, index: DenseIndex, folder: Path):
        def files() -> dict[Path, bytes]:
            return {path: path.read_bytes() for path in folder.glob("*/*")}

        for n in range(3):
            put(index, document(f"law-{n}"), vectors(700, seed=n))
        before = files()
        index.search(vectors(1)[0], 10, spaces=SHARED)
        index.close()
        again = DenseIndex(Files(folder), "constant", DIMENSIONS)
        assert len(again.search(vectors(1)[0], 10, spaces=SHARED)) == 10
        again.close()
        assert len(before) == 5
        assert files() == before


class TestServer:
    @pytest.fixture
    def both(self, server: ChromaServer) -> Iterator[tuple[DenseIndex, DenseIndex]]:
        """Two processes would have them; what they know of each other is in the server alone."""
        two = DenseIndex(server, "constant", DIMENSIONS), DenseIndex(server, "constant", DIMENSIONS)
        yield two
        for index in two:
            index.close()

    def test_what_one_puts_in_the_other_finds(self, both: tuple[DenseIndex, DenseIndex]):
        one, other = both
        put(one, document("law", space="park"), vectors(20))
        other.follow()
        query = vectors(1)[0]
        found = other.search(query, 3, spaces=("park",))
        assert found == one.search(query, 3, spaces=("park",)) and len(found) == 3
        put(one, document("law", space="park", language="en"), -vectors(20))
        put(other, document("law", space="park"), vectors(4))
        assert other.passages_by_document() == {"law": 4}
        one.follow()
        assert one.search(query, 9, spaces=("park",)) == other.search(query, 9, spaces=("park",))

    def test_another_embedder_is_an_error_that_names_the_mend(self, server: ChromaServer):
        index = DenseIndex(server, "constant", DIMENSIONS)
        put(index, document("law"), vectors(2))
        index.close()
        with pytest.raises(WrongEmbedder, match="`parkbot reindex`"):
            DenseIndex(server, "builtin", 384)
        fresh = DenseIndex(server, "builtin", 384, fresh=True)
        assert fresh.passages_by_document() == {}
        fresh.close()

    def test_what_is_not_ours_is_left_alone(self, server: ChromaServer):
        client = server.open()
        client.get_or_create_collection("others", embedding_function=None)
        index = DenseIndex(server, "constant", DIMENSIONS, fresh=True)
        index.close()
        assert [each.name for each in client.list_collections()] == ["others"]
        client.delete_collection("others")
        server.close(client)

    def test_a_server_that_is_not_there_is_told(self):
        with pytest.raises(Unavailable, match="http://127.0.0.1:1 does not answer.*chroma run"):
            DenseIndex(ChromaServer("http://127.0.0.1:1"), "constant", DIMENSIONS)

    @pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://x", "http://", "http://x:port"])
    def test_an_address_that_is_none_is_a_bad_setting(self, url: str):
        with pytest.raises(BadSettings, match="PARKBOT_CHROMA_URL"):
            ChromaServer(url)


def test_it_reaches_for_no_network(folder: Path):
    script = f"""
import socket
def refuse(*arguments, **more):
    raise AssertionError("a connection was tried")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from pathlib import Path
import numpy as np
from parkbot.domain import Document
from parkbot.index.dense import DenseIndex
from parkbot.index.passages import Passage
from parkbot.index.stores import ChromaServer, Files, Store
index = DenseIndex(Files(Path({str(folder)!r})), "constant", 4)
index.replace(Document(title="t", text="", id="d"), [Passage("d:1", "", "", "")], np.ones((1, 4), np.float32))
print(index.search([1, 1, 1, 1], 1, spaces=("shared",))[0][0], index.count())
index.close()
"""
    environment = {**os.environ, "ANONYMIZED_TELEMETRY": "True"}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment)
    assert (run.stdout, run.returncode) == ("d:1 1\n", 0), run.stderr
