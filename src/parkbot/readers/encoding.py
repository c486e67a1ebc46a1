"""Bytes → text: UTF-8, UTF-16 and GB18030, told apart by what the bytes allow."""

import codecs
import re
import unicodedata

from parkbot.errors import UnreadableFile

# UTF-32 stands before UTF-16: its little-endian mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

SIGNATURES = (
    (b"%PDF", "a PDF", "rename it to .pdf"),
    (b"PK\x03\x04", "a ZIP, Word, Excel or PowerPoint file", "save it as text, HTML or PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Word, Excel or PowerPoint file", "save it as text, HTML or PDF"),
    (b"\x89PNG", "a picture", "add the text that it shows"),
    (b"\xff\xd8\xff", "a picture", "add the text that it shows"),
    (b"GIF8", "a picture", "add the text that it shows"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"\x7fELF", "a program", "add a text instead"),
    (b"MZ\x90", "a program", "add a text instead"),
)

LONGEST_LINE = 1_000_000
"""In characters. The longest paragraph of a law has a few thousand; beyond this it is data, not a text."""

SAMPLE = 200_000
"""Characters looked at where a property of the whole text is judged."""

CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
COMMON_MARKS = "—…“”‘’·〔〕•–"


def decode(name: str, data: bytes, *, longest_line: int = LONGEST_LINE) -> str:
    """Text of the file `name`, with single line feeds and without a byte order mark.

    Raises:
        UnreadableFile: it is empty, not text, in a broken or unknown encoding, or one endless line.
    """
    if not data.strip():
        raise UnreadableFile(f"{name}: the file is empty; add one with text in it")
    refuse_binary(name, data)
    text = _decoded(name, data).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    if not text.strip():
        raise UnreadableFile(f"{name}: the file holds only blanks; add one with text in it")
    if CONTROL.search(text, 0, SAMPLE):
        raise UnreadableFile(f"{name}: not a text file (it holds control characters); save it as UTF-8 text")
    _refuse_endless_lines(name, text, longest_line)
    return text


def refuse_binary(name: str, data: bytes) -> None:
    """Refuse bytes that begin like a well-known format which is not text."""
    for signature, kind, mend in SIGNATURES:
        if data.startswith(signature):
            raise UnreadableFile(f"{name}: not a text file but {kind}; {mend}")


def _decoded(name: str, data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strict(name, data, encoding)
    if b"\x00" in data[:SAMPLE]:
        return _unmarked_utf16(name, data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _mostly_utf8(data[:SAMPLE]):
            line = data.count(b"\n", 0, error.start) + 1
            raise UnreadableFile(
                f"{name}: broken UTF-8 in line {line} (byte {error.start}); save the file again as UTF-8"
            ) from error
    return _gb18030(name, data)


def _strict(name: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        known = encoding.removesuffix("-sig").upper()
        raise UnreadableFile(
            f"{name}: broken {known} at byte {error.start}; save the file again as UTF-8"
        ) from error


def _unmarked_utf16(name: str, data: bytes) -> str:
    """UTF-16 without a mark; NUL bytes in anything else mean that it is not text."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        sample = text[:SAMPLE]
        if sum(map(_usual, sample)) > 0.95 * len(sample):
            return text
    raise UnreadableFile(f"{name}: not a text file (it holds NUL bytes); save it as UTF-8 text")


def _usual(c: str) -> bool:
    """Whether a character is what Chinese and English policy is written in."""
    return " " <= c <= "~" or c in "\t\n\r" or "\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u301f"\
        or "\uff01" <= c <= "\uff5e" or c in COMMON_MARKS  # fmt: skip


def _mostly_utf8(sample: bytes) -> bool:
    """Whether bytes that are no UTF-8 were meant to be: more whole characters than errors."""
    text = sample.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    return sum(c > "\x7f" for c in text) - broken > broken


def _gb18030(name: str, data: bytes) -> str:
    """GB18030, if the result is written in common characters: nearly any bytes decode to rare ones."""
    unknown = f"{name}: neither UTF-8, UTF-16 nor GB18030; save the file as UTF-8 text"
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise UnreadableFile(unknown) from error
    beyond_ascii = [c for c in text[:SAMPLE] if c > "\x7f"]
    rare = sum(not _in_gb2312(c) for c in beyond_ascii)
    if rare > 0.1 * len(beyond_ascii) or any(unicodedata.category(c) in ("Co", "Cn") for c in beyond_ascii):
        raise UnreadableFile(unknown)
    return text


def _in_gb2312(c: str) -> bool:
    try:
        return bool(c.encode("gb2312"))
    except UnicodeEncodeError:
        return c in COMMON_MARKS


def _refuse_endless_lines(name: str, text: str, longest: int) -> None:
    if len(text) <= longest:
        return
    length = max(map(len, text.split("\n")))
    if length > longest:
        raise UnreadableFile(
            f"{name}: one line has {length:,} characters (at most {longest:,} are read);"
            " break the text into paragraphs"
        )
