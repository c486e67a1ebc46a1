"""A small made-up library with its questions, and outcomes made by hand, for the tests of evaluation."""

import json

from parkbot.answers import AnswerStatus
from parkbot.evaluation.runs import Asked, Found, Given, Machine, Outcome, Run
from parkbot.evaluation.suites import Half, Kind

_HEAD = "---\nid: {id}\ntitle: {title}\ndate_issued: {day}\nlevel: national law\nlanguage: zh\n{more}---\n\n"

NOW = _HEAD.format(id="water-2024", title="中华人民共和国园区用水法", day="2024-03-01", more="") + (
    "第一条 为了节约园区用水，制定本法。\n\n"
    "第二条 园区内企业应当安装用水计量器具。\n\n计量器具每年检定一次。\n\n"
    "第三条 违反本法规定未安装用水计量器具的，处二万元罚款。\n"
)
BEFORE = _HEAD.format(id="water-2019", title="中华人民共和国园区用水法", day="2019-03-01", more="") + (
    "第一条 为了节约园区用水，制定本法。\n\n第二条 园区内企业可以安装用水计量器具。\n"
)
DIGEST = (
    _HEAD.format(
        id="water-digest", title="园区用水法（园区相关条文）", day="2024-03-01", more="text_kind: digest\n"
    )
    + """# 园区用水法（园区相关条文）

### 用水计量 {#m01}

- 出处：第二条第一款

企业要装用水计量器具。

### 计量器具检定 {#m02}

- 出处：第二条第二款

计量器具每年检定。

### 附则 {#m03}

- 出处：第九条

摘要里才有的一条。
"""
)
FILES = {"now.md": NOW, "before.md": BEFORE, "digest.md": DIGEST}


def entry(id="q1", gold=("water-2024:a2",), kind="natural", half="tuning", **more):
    """A line of a suite, as a dictionary."""
    return {
        "id": id,
        "question": "企业要不要装水表？",
        "gold": list(gold),
        "kind": kind,
        "language": "zh",
        "answerable": bool(gold),
        "half": half,
        **more,
    }


def write(path, *entries):
    """A suite's file."""
    lines = [json.dumps(one, ensure_ascii=False) if isinstance(one, dict) else one for one in entries]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def found(ranks=(), confidence=None, version=None):
    return Found(("用水法:a2",), tuple(ranks), confidence, version)


def given(status=AnswerStatus.ANSWERED, **more):
    facts = {
        "refusal": None,
        "claims": 1,
        "cited": 1,
        "quotes": 1,
        "verbatim": 1,
        "cites_gold_first": True,
        "timings_ms": {"embed": 10.0, "total": 20.0},
    }
    return Given(status, **(facts | more))


def outcome(id="q1", ranks=(1,), gold=1, kind=Kind.NATURAL, status=AnswerStatus.ANSWERED, **more):
    """What became of a question that was asked; `confidence` is of the search, the rest of the answer."""
    return Outcome(
        more.pop("suite", "made-up"),
        id,
        more.pop("language", "zh"),
        kind,
        gold if kind.is_answerable else 0,
        0,
        found(
            ranks if kind.is_answerable else (), more.pop("confidence", None), more.pop("found_version", None)
        ),
        given(status, **more),
    )


def not_asked(id="q9"):
    """A question whose gold the library does not hold."""
    return Outcome("made-up", id, "zh", Kind.NATURAL, 0, 1, None, None)


def run_of(outcomes, name="run", scores=()):
    """A run with these outcomes."""
    return Run(
        name=name,
        started="2026-11-22T08:00:00+00:00",
        seconds=1.5,
        command="parkbot eval",
        version="0.1.0",
        commit=None,
        machine=Machine("a CPU", 2, "3.11.7"),
        embedder="constant",
        documents=3,
        measures=8,
        half=Half.TUNING,
        suites=(Asked("made-up", "0" * 64, len(outcomes)),),
        scores=tuple(scores),
        outcomes=tuple(outcomes),
    )
