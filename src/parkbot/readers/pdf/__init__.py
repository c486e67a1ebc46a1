"""PDF with a text layer → Content."""

from threading import Lock
from typing import TYPE_CHECKING

from parkbot.errors import UnreadableFile
from parkbot.readers.content import Content
from parkbot.readers.pdf.glyphs import Page, read_page
from parkbot.readers.pdf.lines import Line, lines_of, without_furniture
from parkbot.readers.pdf.paragraphs import Assembler, Block, Frame, frame_of, part_notes
from parkbot.readers.pdf.tables import Table, take_tables
from parkbot.readers.tables import markdown_table
from parkbot.readers.text import tidy
from parkbot.readers.titles import is_title, organs

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

PASSWORD_NEEDED = 4
"""PDFium's error code for an encrypted file."""

ONE_AT_A_TIME = Lock()
"""PDFium may be called by one thread at a time only."""


def read_pdf(name: str, data: bytes) -> Content:
    """The text layer: paragraphs, titles and ruled tables, without page numbers and running heads.

    Pages without a text layer are left out.

    Raises:
        UnreadableFile: broken, encrypted, or no page has a text layer.
    """
    from pypdfium2 import PdfiumError

    try:
        with ONE_AT_A_TIME:
            pages = _pages(name, data)
    except PdfiumError as error:
        raise UnreadableFile(f"{name}: the PDF is broken; open it and print it to a new PDF") from error
    text = _text(pages)
    if not any(c.isalnum() for c in text):
        raise UnreadableFile(
            f"{name}: the PDF has no text layer (its pages are pictures);"
            " run text recognition (OCR) on it first"
        )
    return Content(text=text)


def _pages(name: str, data: bytes) -> list[Page]:
    if not data.strip():
        raise UnreadableFile(f"{name}: the file is empty; add one with text in it")
    if b"%PDF" not in data[:1024]:
        raise UnreadableFile(f"{name}: not a PDF, whatever its name says; give it its right ending")
    document = _open(name, data)
    try:
        pages = []
        for number in range(len(document)):
            page = document[number]
            pages.append(read_page(page))
            page.close()
        return pages
    finally:
        document.close()


def _open(name: str, data: bytes) -> "PdfDocument":
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        return PdfDocument(data)
    except PdfiumError as error:
        if error.err_code == PASSWORD_NEEDED:
            raise UnreadableFile(
                f"{name}: the PDF is protected by a password; save it without one"
            ) from error
        raise


def _text(pages: list[Page]) -> str:
    tables: list[list[Table]] = []
    lines: list[list[Line]] = []
    for page in pages:
        found, rest = take_tables(page)
        tables.append(found)
        lines.append(lines_of(rest))
    lines = without_furniture(pages, lines)
    whole = frame_of([line for page_lines in lines for line in page_lines])
    assembler = Assembler()
    for page_tables, page_lines in zip(tables, lines, strict=True):
        assembler.start_page()
        _add_page(assembler, page_tables, page_lines, frame_of(page_lines, whole))
    return tidy("\n\n".join(_written(block) for block in _titled(assembler.finished())))


def _add_page(assembler: Assembler, tables: list[Table], lines: list[Line], frame: Frame | None) -> None:
    waiting = sorted(tables, key=lambda table: -table.top)
    body, notes = part_notes(lines, frame) if frame else (lines, [])
    for line in body:
        while waiting and waiting[0].top > line.y:
            assembler.add_table(waiting.pop(0))
        if frame:
            assembler.add(line, frame)
    assembler.add_notes(notes)
    for table in waiting:
        assembler.add_table(table)


def _titled(blocks: list[Block]) -> list[Block]:
    """Blocks whose first is a heading if it reads like the title; a title said twice in a row once."""
    if blocks and not any(block.level == 1 for block in blocks[:3]) and is_title(blocks[0].text):
        blocks = [Block(blocks[0].text, 1), *blocks[1:]]
    if len(blocks) > 1 and blocks[0].level == 1 and blocks[1].text == blocks[0].text:
        del blocks[1]
    return [Block(block.text) if _letterhead(block) else block for block in blocks]


def _letterhead(block: Block) -> bool:
    """Whether large type holds only the issuers' names, which is no title."""
    return block.level == 1 and (bool(organs(block.text)) or block.text.endswith("文件"))


def _written(block: Block) -> str:
    if block.rows:
        return "\n".join(markdown_table(block.rows))
    return f"{'#' * block.level} {block.text}" if block.level else block.text
