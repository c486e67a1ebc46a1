"""Rows of cells → lines of a Markdown table."""

from collections.abc import Sequence


def markdown_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table whose first row is the header; short rows are filled up.

    >>> markdown_table([["指标", "2025年"], ["能耗", "-13.5%"]])
    ['| 指标 | 2025年 |', '| --- | --- |', '| 能耗 | -13.5% |']
    """
    width = max(map(len, rows))
    filled = [[*map(_cell, row), *[""] * (width - len(row))] for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in filled]
    return [lines[0], "|" + " --- |" * width, *lines[1:]]


def _cell(text: str) -> str:
    return text.replace("\n", " ").replace("|", "\\|").strip()
