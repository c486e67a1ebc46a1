"""The chat that portals embed: one script without a framework, and a page for frames that it fills."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Script:
    """The script as it is sent: plain, and compressed by gzip. `tag` names this very content."""

    plain: bytes
    compressed: bytes
    tag: str


@cache
def script() -> Script:
    """The widget's script."""
    plain = _read("widget.js")
    return Script(plain, gzip.compress(plain, mtime=0), hashlib.sha256(plain).hexdigest()[:32])


@cache
def embed_page() -> bytes:
    """The page for frames. It is the same for all: the script reads its options from the address."""
    return _read("embed.html")


def _read(name: str) -> bytes:
    return resources.files("parkbot.widget").joinpath(name).read_bytes()
