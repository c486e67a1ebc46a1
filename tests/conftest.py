"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real laws, PDFs and fact sheets that is not part of the repository."""
    folder = Path(os.environ.get("PARKBOT_TEST_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"the shared corpus is not at {folder}")
    return folder
