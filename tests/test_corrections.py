"""What an officer may say of a document: regions that exist, and dates that can be true together."""

from datetime import date

import pytest

from parkbot.corrections import checked
from parkbot.domain import UNSET, Document, DocumentChanges
from parkbot.errors import BadInput

LAW = Document(title="节约能源法", text="", date_issued=date(2018, 10, 26), effective_from=date(2018, 10, 26))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("江苏", "江苏"),
        (" 江苏省 ", "江苏"),
        ("苏州市", "江苏"),
        ("广西壮族自治区", "广西"),
        ("CN", "CN"),
        ("cn", "CN"),
        ("全国", "CN"),
        ("EU", "EU"),
        ("", None),
        (None, None),
    ],
)
def test_a_region_is_kept_under_the_name_that_documents_bear(written, kept):
    assert checked(LAW, DocumentChanges(region=written)).region == kept


@pytest.mark.parametrize(
    "written", ["Xanadu", "CN-32", "江", "朝阳区"]
)  # Beijing and Changchun have a 朝阳区
def test_a_region_that_nobody_knows_is_refused_with_examples(written):
    with pytest.raises(BadInput) as error:
        checked(LAW, DocumentChanges(region=written))
    assert written in str(error.value) and "苏州市" in str(error.value) and "\n" not in str(error.value)


def test_what_is_not_touched_stays_untouched():
    changes = DocumentChanges(status="repealed")
    assert checked(LAW, changes) == changes and checked(LAW, changes).region is UNSET


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"repealed_on": date(2018, 10, 25)}, ("repealed-on (2018-10-25)", "date-issued (2018-10-26)")),
        ({"effective_from": date(2018, 10, 25)}, ("施行日期（2018-10-25）", "发布日期（2018-10-26）")),
        ({"expires_on": date(2018, 1, 1), "date_issued": None}, ("expires-on", "effective-from")),
        ({"expires_on": date(2018, 1, 1), "effective_from": None}, ("expires-on", "date-issued")),
        ({"date_issued": date(2020, 1, 1)}, ("effective-from (2018-10-26)", "date-issued (2020-01-01)")),
    ],
)
def test_dates_that_contradict_each_other_are_named(changes, named):
    with pytest.raises(BadInput) as error:
        checked(LAW, DocumentChanges(**changes))
    assert all(words in str(error.value) for words in named) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"repealed_on": date(2018, 10, 26)},
        {"effective_from": date(2018, 10, 26)},
        {"date_issued": date(2020, 1, 1), "effective_from": date(2020, 3, 1)},
        {"effective_from": None, "date_issued": None, "expires_on": date(2001, 1, 1)},
    ],
)
def test_dates_that_can_be_true_together_pass(changes):
    assert checked(LAW, DocumentChanges(**changes)) == DocumentChanges(**changes)


def test_a_contradiction_in_the_file_does_not_stand_in_the_way_of_other_corrections():
    wrong = Document(title="通知", text="", date_issued=date(2020, 1, 1), effective_from=date(2019, 1, 1))
    assert checked(wrong, DocumentChanges(expires_on=date(2025, 1, 1))).expires_on == date(2025, 1, 1)
