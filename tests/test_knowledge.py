"""The shipped documents are in order, and each rule of their check bites."""

import importlib
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).parent.parent
SCRIPT = REPOSITORY / "scripts" / "check_knowledge.py"
SEED = "chen-lvjun-2023-park-green-lowcarbon"

GOOD = """\
---
id: sample
title: 园区节水办法
title_en: Measures for saving water in parks
issuers:
  - 某市人民政府
document_number: null
date_issued: 2024-01-01
effective_from: 2024-02-01
status: in_force
level: local document
region: CN
language: zh
source_url: https://example.org/sample
text_kind: digest
coverage: complete
grade: A
checked_on: 2026-11-22
verified_from:
  - 示例网页, 全文
summary: 规定园区节水。
---

# 园区节水办法

## 第一章 总则

### 用水计划 {#m01}

- 出处：第一章 第一条
- 主体：园区、企业
- 主题：water、governance
- 数据：3年
- 问：园区多久编一次用水计划？
- 问：How often must a park draw up a water plan?

园区每3年编制用水计划。

### 计量 {#m02}

- 出处：第二条
- 主体：企业
- 主题：water
- 问：企业用水要装表吗？
- 问：Do companies have to meter their water?

企业应当计量用水。

- 每月1次
"""

ENGLISH = (
    GOOD.replace("language: zh", "language: en")
    .replace("出处：", "Source: ")
    .replace("主体：园区、企业", "Actors: Park, companies")
    .replace("主体：", "Actors: ")
    .replace("主题：water、governance", "Topics: water, governance")
    .replace("主题：", "Topics: ")
    .replace("数据：", "Figures: ")
    .replace("问：", "Question: ")
)

REPEALED = GOOD.replace("status: in_force", "repealed_on: 2026-08-15\nrepealed_by: code\nstatus: repealed")
CODE = (
    GOOD.replace("id: sample", "id: code")
    .replace("date_issued: 2024-01-01", "date_issued: 2026-03-12")
    .replace(
        "effective_from: 2024-02-01\n",
        "effective_from: 2026-08-15\nrepeals:\n  - 甲法\nrepeals_on: 2026-08-15\n",
    )
)


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    sys.path.insert(0, str(SCRIPT.parent))
    try:
        return importlib.import_module("check_knowledge")
    finally:
        sys.path.remove(str(SCRIPT.parent))


def problems(checker: ModuleType, folder: Path, **files: str | bytes) -> list[str]:
    for name, content in files.items():
        (folder / f"{name}.md").write_bytes(content.encode() if isinstance(content, str) else content)
    return [str(problem) for problem in checker.check(folder)[1]]


def test_the_shipped_documents_are_in_order():
    run = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, encoding="utf-8")
    assert run.stdout == "43 documents, 738 measures, 0 problems\n"
    assert run.returncode == 0


def test_the_seed_article_is_complete(checker):
    sheet = checker.parse(REPOSITORY / "knowledge" / f"{SEED}.md")
    assert [measure.id for measure in sheet.measures] == [f"m{number:02}" for number in range(1, 36)]
    assert sheet.meta["coverage"] == "complete"


def test_what_the_code_repeals_is_marked(checker):
    sheets, _ = checker.check(REPOSITORY / "knowledge")
    repealed = {sheet.meta["title"].split("（")[0] for sheet in sheets if "repealed_by" in sheet.meta}
    code = next(sheet.meta for sheet in sheets if "repeals" in sheet.meta)
    assert repealed == {"清洁生产促进法", "固体废物污染环境防治法", "水污染防治法"}
    assert repealed < set(code["repeals"])
    assert len(code["repeals"]) == 10
    assert code["repeals_on"] == date(2026, 8, 15)


def test_figures_that_a_summary_lacks_stand_in_the_text(checker):
    sheet = checker.parse(REPOSITORY / "knowledge" / "ndrc-2025-1082-zero-carbon-park-list-1.md")
    parks = next(measure for measure in sheet.measures if measure.id == "m06")
    assert len([line for line in parks.lines if line.startswith("- ") and "2025—20" in line]) == 52


def test_nothing_of_the_fact_sheets_is_lost(shared, checker):
    for path in sorted((shared / "knowledge-facts").glob("*.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        sheet = checker.parse(REPOSITORY / "knowledge" / f"{facts['id']}.md")
        assert sheet.meta["summary"] == facts["summary"]
        assert sheet.meta["status"] == facts["status"]
        for fact, measure in zip(facts["measures"], sheet.measures, strict=True):
            assert (measure.id, measure.title) == (fact["id"], fact["title"])
            assert fact["summary"] in measure.lines
            text = "\n".join(measure.lines)
            for words in (fact["locator"], *fact["topics"], *fact["actors"], *fact["figures"]):
                assert words in text


@pytest.mark.parametrize("text", [GOOD, ENGLISH], ids=["Chinese", "English"])
def test_a_sound_document_has_no_problems(checker, tmp_path, text):
    assert problems(checker, tmp_path, sample=text, README="no document") == []


def test_a_document_and_the_one_that_repeals_it(checker, tmp_path):
    assert problems(checker, tmp_path, sample=REPEALED, code=CODE) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # front matter
        ("---\nid: sample", "id: sample", "no front matter"),
        ("title: 园区节水办法\n", "title: [园区\n", "no YAML"),
        ("2024-01-01", "2024-02-30", "no YAML"),
        ("grade: A\n", "", "lacks grade"),
        ("document_number: null\n", "", "lacks document_number"),
        ("grade: A\n", "grade: A\ngrad: B\n", "unknown key grad"),
        ("grade: A\nchecked_on: 2026-11-22\n", "checked_on: 2026-11-22\ngrade: A\n", "out of order"),
        ("summary: 规定园区节水。", "summary: ' '", "summary is empty"),
        ("document_number: null", "document_number: 12", "document_number is empty or no text"),
        ("  - 某市人民政府", "  - 3", "issuers is no list of texts"),
        ("issuers:\n  - 某市人民政府", "issuers: []", "issuers is no list of texts"),
        ("verified_from:\n  - 示例网页, 全文", "verified_from: 网页", "verified_from is no list"),
        ("status: in_force", "status: valid", "status is 'valid'"),
        ("level: local document", "level: decree", "level is 'decree'"),
        ("language: zh", "language: fr", "language is 'fr'"),
        ("text_kind: digest", "text_kind: official", "text_kind is 'official'"),
        ("coverage: complete", "coverage: most", "coverage is 'most'"),
        ("grade: A", "grade: D", "grade is 'D'"),
        ("https://example.org/sample", "example.org", "source_url is 'example.org'"),
        # dates
        ("2024-01-01", "'2024-01-01'", "date_issued is no date"),
        ("2024-02-01", "2024-02-01 10:00:00", "effective_from is no date"),
        ("checked_on: 2026-11-22", "checked_on: null", "checked_on is not known"),
        ("checked_on: 2026-11-22", "checked_on: 2023-11-22", "checked_on 2023-11-22 is before date_issued"),
        ("effective_from: 2024-02-01", "effective_from: 2023-02-01", "is before date_issued"),
        (
            "effective_from: 2024-02-01\n",
            "effective_from: 2024-02-01\noriginal_effective_from: 2025-01-01\n",
            "is before original_effective_from",
        ),
        ("status: in_force", "status: repealed", "status and repealed_on disagree"),
        ("status: in_force", "repealed_on: 2025-01-01\nstatus: in_force", "repealed_on disagree"),
        ("status: in_force", "repealed_on: 2023-01-01\nstatus: repealed", "is before effective_from"),
        ("status: in_force", "expires_on: 2025-12-31\nstatus: in_force", "expires_on is 2025-12-31"),
        ("status: in_force", "expires_on: 2027-12-31\nstatus: expired", "expires_on is 2027-12-31"),
        ("status: in_force", "expires_on: 2023-12-31\nstatus: expired", "is before date_issued"),
        ("effective_from: 2024-02-01", "effective_from: 2027-02-01", "in force, but effective_from"),
        ("status: in_force", "repeals:\n  - 甲法\nstatus: in_force", "do not stand together"),
        ("status: in_force", "repealed_by: sample\nstatus: in_force", "without repealed_on"),
        # between documents
        ("id: sample", "id: another", "id is another"),
        (
            "status: in_force",
            "repealed_on: 2025-01-01\nrepealed_by: nothing\nstatus: repealed",
            "repealed_by nothing is not here",
        ),
        (
            "status: in_force",
            "repealed_on: 2025-01-01\nrepealed_by: sample\nstatus: repealed",
            "repealed_on is not the day of sample",
        ),
        # headings
        ("# 园区节水办法\n", "正文。\n\n# 园区节水办法\n", "text above its title"),
        ("\n# 园区节水办法", "\n# 节水办法", "not the title"),
        ("\n# 园区节水办法\n", "\n", "not the title"),
        ("## 第一章", "### 第一章", "第一章 总则 jumps"),
        ("### 计量", "#### 计量", "计量 jumps"),
        ("### 用水计划", "### 空节\n\n### 用水计划", "nothing stands under 空节"),
        ("### 用水计划", "散落的话。\n\n### 用水计划", "stands outside a measure"),
        # measures
        ("{#m02}", "{#m2}", "malformed id"),
        ("{#m02}", "{#m01}", "m01 is there twice"),
        ("- 出处：第二条\n", "", "lacks 出处"),
        ("- 主体：企业\n", "- 主体：\n", "lacks 主体"),
        ("- 主题：water\n", "", "lacks 主题"),
        ("- 主题：water\n", "- 主题：water\n- 备注：无\n", "strange line"),
        ("- 主题：water\n", "- 主题：water\n- 主题：water\n", "strange line"),
        ("water?\n\n企业", "water?\n企业", "strange line"),
        ("- 问：企业用水要装表吗？\n", "", "m02 has no Chinese question"),
        ("- 问：Do companies have to meter their water?\n", "", "m02 has no English question"),
        ("- 问：企业用水要装表吗？\n", "- 问：企业用水要装表吗？\n" * 2, "the same twice"),
        ("主题：water\n", "主题：水\n", "unknown topic 水"),
        ("企业应当计量用水。\n\n", "", "has no text"),
        ("\n企业应当计量用水。\n\n- 每月1次\n", "", "has no text"),
        # typography
        ("企业应当计量用水", "企业,应当计量用水", "ASCII punctuation after 业"),
        ("summary: 规定园区节水。", "summary: 规定.园区节水。", "summary: ASCII punctuation after 定"),
        ("企业应当计量用水", "企业 应当计量用水", "space after 业"),
        ("### 计量 {", "### 计 量 {", "space after 计"),
        ("企业应当计量用水。", "企业应当计量用水。 ", "ends in a blank"),
        ("- 每月1次\n", "- 每月1次", "one line break"),
        ("- 每月1次\n", "- 每月1次\n\n", "one line break"),
        ("\n", "\r\n", "line ends"),
    ],
)
def test_every_rule_bites(checker, tmp_path, old, new, expected):
    assert old in GOOD
    found = problems(checker, tmp_path, sample=GOOD.replace(old, new))
    assert [problem for problem in found if expected in problem], found
    assert all(problem.startswith("sample.md: ") and problem.endswith(")") for problem in found)


def test_text_that_is_not_utf8(checker, tmp_path):
    found = problems(checker, tmp_path, sample=GOOD.encode("gb18030"))
    assert "is not UTF-8" in found[0]


def test_two_documents_with_one_id(checker, tmp_path):
    found = problems(checker, tmp_path, sample=GOOD, other=GOOD)
    assert "sample.md: has the id of other.md (give it an id of its own)" in found


def test_a_seed_article_that_lacks_measures(checker, tmp_path):
    found = problems(checker, tmp_path, **{SEED: GOOD.replace("id: sample", f"id: {SEED}")})
    assert found == [f"{SEED}.md: has 2 measures (the article has 35)"]


def test_a_folder_without_documents(checker, tmp_path, capsys):
    assert checker.main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.endswith("0 documents, 0 measures, 1 problems\n")


def test_exit_status_and_count(checker, tmp_path, capsys):
    problems(checker, tmp_path, sample=GOOD.replace("grade: A", "grade: D"))
    assert checker.main([str(tmp_path)]) == 1
    assert capsys.readouterr().out == (
        "sample.md: grade is 'D' (choose from A, B, C)\n1 documents, 2 measures, 1 problems\n"
    )
