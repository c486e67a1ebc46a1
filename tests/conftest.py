"""Fixtures that every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import chroma
import postgresql
from parkbot.assistant import PolicyAssistant
from repository import REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real laws, PDFs and fact sheets that is not part of the repository."""
    folder = Path(os.environ.get("PARKBOT_TEST_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"the shared corpus is not at {folder}")
    return folder


@pytest.fixture(scope="session")
def laws(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyAssistant]:
    """An assistant that holds the 47 real laws, with pseudo-random vectors; for reading only."""
    from parkbot import build
    from parkbot.domain import SHARED_SPACE
    from parkbot.ingest import find, ingest
    from parkbot.settings import Settings

    settings = Settings(
        data_dir=tmp_path_factory.mktemp("laws"), embedding_model="constant", bundled_knowledge=False
    )
    assistant = build.assistant(settings, owner="tests")
    found = find([shared / "corpus" / "laws"])
    results = list(ingest(assistant, found, space=SHARED_SPACE, max_file_bytes=settings.max_file_bytes))
    assert [result.outcome for result in results] == ["added"] * 47, results
    yield assistant
    assistant.close()


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyAssistant]:
    """An assistant that holds what ships, with the embedder and the vectors that ship; for reading only."""
    from parkbot import build
    from parkbot.settings import Settings

    assistant = build.assistant(Settings(data_dir=tmp_path_factory.mktemp("knowledge")), owner="tests")
    assistant.ensure_bundled_knowledge()
    yield assistant
    assistant.close()


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgresql.Cluster]:
    """A PostgreSQL server; skips where there is none."""
    with postgresql.running() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Chroma server, for tests that leave it empty."""
    with chroma.running(tmp_path_factory.mktemp("chroma")) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'library.sqlite'}"
        return
    cluster = request.getfixturevalue("cluster")
    url = cluster.database()
    yield url
    cluster.drop(url)
