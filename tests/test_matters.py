"""What a measure rules on, in a few of its words."""

import pytest

from parkbot.conversation.matters import matter
from parkbot.domain import Measure, Span


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("第二十八条 本法第二十七条规定以外的企业，可以自愿开展清洁生产审核。", ""),
        ("第一百二十条 违反本法规定，有下列行为之一，尚不构成犯罪的，由公安机关拘留：", ""),
        ("第八十五条 有下列行为之一的，由环境保护主管部门责令停止违法行为。", ""),
        ("第二十条 工业企业应当采用先进的节水技术，实施节水计划。", "工业企业应当采用先进的节水技术"),
    ],
)
def test_what_is_torn_from_the_words_before_it_is_no_matter(text, about):
    locator = text.partition(" ")[0]
    measure = Measure("law:a1", "law", 0, locator, (), text, Span(0, len(text)))
    assert matter(measure) == about
