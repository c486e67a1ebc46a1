"""The pages of docs/ that list the settings hold all of them."""

import re

import pytest

from parkbot.settings import PREFIX, Settings
from repository import REPOSITORY


def rows(page):
    """The table of a page: name → (default, meaning)."""
    lines = (REPOSITORY / "docs" / page).read_text(encoding="utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")
    ]
    return {name.strip("`"): (default.strip("`"), meaning) for name, default, meaning in cells}


def shown(default):
    return "" if default is None else str(default).lower() if isinstance(default, bool) else str(default)


@pytest.mark.parametrize("page", ["settings.md", "settings.zh-CN.md"])
def test_every_setting_is_listed_with_its_default(page):
    defaults = {PREFIX + name.upper(): shown(field.default) for name, field in Settings.model_fields.items()}
    assert {name: default for name, (default, _) in rows(page).items()} == defaults


def test_what_a_setting_means_is_said_in_its_own_words_and_in_chinese():
    listed, in_chinese = rows("settings.md"), rows("settings.zh-CN.md")
    for name, field in Settings.model_fields.items():
        assert listed[PREFIX + name.upper()][1] == field.description
        assert re.search(r"[\u4e00-\u9fff]", in_chinese[PREFIX + name.upper()][1])
