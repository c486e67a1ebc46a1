"""What the source says of a narrower circle: 高耗水(工业企业), 重点管理的(排污单位)."""

import re
from collections.abc import Iterator

from parkbot.verification.actors import actors
from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.reading import Reading
from parkbot.verification.words import covered, terms

_STARTS = re.compile(r"^|(?<=[对向由将把])|(?<=应当)|(?<=鼓励)|(?<=支持)|(?<=禁止)|(?<=不得)")
_ACTS = re.compile("责令|没收|吊销|报送|编制|超过|发展|[未不没]")
"""What is done: whoever stands before it does it, and narrows nothing."""
_WHOLE = re.compile("(?:单位|企业|部门|机构|项目|园区|人员|国家|[者人委局省市县号、])$")
NEAR = 6
"""Whoever is named within so many characters is whom the words before describe."""
FEWEST = 4
"""Characters that the two share, from a start of the claim's."""
_BORDER = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|[一二三四五六七八九十]|[由对向把将和与或并在为按经给各该其等本以及从于应须要可被未不]"
    r"|鼓励|支持|禁止|不得|必须|可以|组织|推动|引导|责令|促进|推进|实行|实施|建立|开展|加强|提高|加快|要求|或者|国家|制定"
    r"|依法|各类|有关|所有|任何|部分|全部|省级|地方|政府|进行|完善|健全|取得|采取|落实|作为|列入)$"
)
_RUN = re.compile(r"(?:[\u4e00-\u9fff]|、(?=[\u4e00-\u9fff])){1,12}$")


def circle_is_kept(reading: Reading) -> Iterator[Flaw]:
    """Whoever or whatever a Chinese claim speaks of is not a wider circle than in its source."""
    if reading.language != "zh":
        return
    source, said = reading.source.text, terms(reading.text)
    for clause in reading.clauses:
        for start in _STARTS.finditer(clause.text):
            shared = _shared(clause.text[start.end() :], source)
            if len(shared) < FEWEST or _ACTS.match(shared):
                continue
            before = [source[: match.start()] for match in re.finditer(re.escape(shared), source)]
            if any(_BORDER.search(each) for each in before):
                continue
            runs = [_own(match[0]) for each in before if (match := _RUN.search(each))]
            if (
                runs
                and not any(_WHOLE.search(run) for run in runs)
                and all(covered(terms(run), said) < 0.5 for run in runs)
            ):
                acting = actors(shared)
                is_hard = runs[0].endswith("的") and bool(acting) and acting[0].start < NEAR
                yield Flaw(Kind.NARROWED, runs[0] + shared, is_hard=is_hard)


def _own(run: str) -> str:
    """The end of a run of characters that belongs to what follows it."""
    for at in range(len(run) - 1, 0, -1):
        if run[at - 1] != "的" and _BORDER.search(run[:at]):
            return run[at:]
    return run


def _shared(text: str, source: str) -> str:
    """The longest beginning of a text, of Chinese characters, that stands in the source."""
    match = re.match(r"[\u4e00-\u9fff]+", text)
    size = len(match[0]) if match else 0
    while size and text[:size] not in source:
        size -= 1
    return text[:size]
