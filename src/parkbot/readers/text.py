"""Plain text → Content."""

import re

from parkbot.readers.content import Content
from parkbot.readers.encoding import decode

BLANK_LINES = re.compile(r"\n{3,}")


def read_text(name: str, data: bytes) -> Content:
    """The text as it stands, without blanks at line ends."""
    return Content(text=tidy(decode(name, data)))


def tidy(text: str) -> str:
    """No blanks at line ends, no more than one blank line in a row, none at the borders."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return BLANK_LINES.sub("\n\n", lines).strip("\n")
