"""Locators of what stands in an annex: 附件1 第三条."""

import re

_ANNEX = re.compile(r"\s*附\s*[件录表]\S*\s+")


def without_annex(locator: str) -> str:
    """A locator without the annex that it lies in.

    >>> without_annex("附件1 第三条"), without_annex("附件1")
    ('第三条', '附件1')
    """
    annex = _ANNEX.match(locator)
    return locator[annex.end() :] if annex else locator


def is_in_annex(locator: str) -> bool:
    """Whether a locator names a part of an annex."""
    return _ANNEX.match(locator) is not None
