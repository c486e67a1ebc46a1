"""Names as people say them, so that two spellings of one thing compare equal."""

import re

_VERSION_NOTE = re.compile(r"[（(][^（）()]*[）)]\s*$")
_REGION_KIND = re.compile(r"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$")


def bare_title(title: str) -> str:
    """A title as people say it: without the country's name, brackets and notes in parentheses.

    >>> bare_title("中华人民共和国节约能源法"), bare_title("循环经济促进法（园区相关条文）")
    ('节约能源法', '循环经济促进法')
    """
    title = title.strip().strip("《》").removeprefix("中华人民共和国")
    while (shorter := _VERSION_NOTE.sub("", title).strip()) not in ("", title):
        title = shorter
    return title


def bare_region(name: str | None) -> str:
    """A region without what sort of region it is: 上海市 → 上海; unknown → empty."""
    return _REGION_KIND.sub("", (name or "").strip())


def document_of(measure_id: str) -> str:
    """Id of the document that a measure stands in; it opens the measure's id.

    >>> document_of("节约能源法-2018-10-26:a31")
    '节约能源法-2018-10-26'
    """
    return measure_id.partition(":")[0]
