"""A small assistant in memory, with fixed values, for tests of what people and programs see of one."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import date

from fastapi import FastAPI

from parkbot.answers import (
    Answer,
    AnswerStatus,
    Block,
    BlockKind,
    Citation,
    Clarification,
    EvidenceItem,
    Quote,
    Refusal,
    RefusalReason,
    Support,
)
from parkbot.api import create_app
from parkbot.domain import (
    SHARED_SPACE,
    UNSET,
    Document,
    DocumentChanges,
    DocumentMeasure,
    Filters,
    Found,
    Heading,
    Health,
    IndexProgress,
    IngestResult,
    Level,
    Measure,
    NearestMeasure,
    SearchResult,
    Span,
    Status,
    TextKind,
)
from parkbot.errors import BadQuestion, NotFound, UnreadableFile
from parkbot.events import Event, State, told
from parkbot.settings import Settings

LAW = Document(
    id="节约能源法-2018",
    title="中华人民共和国节约能源法",
    title_en="Energy Conservation Law of the PRC",
    text="## 第六章 法律责任\n\n第八十二条 重点用能单位未按照本法规定报送能源利用状况报告或者报告内容不实的，"
    "由管理节能工作的部门责令限期改正；逾期不改正的，处一万元以上五万元以下罚款。",
    issuers=("全国人民代表大会常务委员会",),
    date_issued=date(2018, 10, 26),
    status=Status.IN_FORCE,
    level=Level.NATIONAL_LAW,
    region="CN",
    source_url="https://flk.npc.gov.cn/detail",
    checked_on=date(2026, 11, 22),
    source="/policies/节约能源法.md",
)
FINE = Measure(
    id="节约能源法-2018:a82",
    document_id=LAW.id,
    position=1,
    locator="第八十二条",
    section_path=("第六章 法律责任",),
    text="重点用能单位未按照本法规定报送能源利用状况报告或者报告内容不实的，由管理节能工作的部门责令限期改正；"
    "逾期不改正的，处一万元以上五万元以下罚款。",
    span=Span(18, 90),
)
HEAT_LAW = Measure(
    id="节约能源法-2018:a31",
    document_id=LAW.id,
    position=0,
    locator="第三十一条",
    section_path=("第三章 合理使用与节约能源", "第二节 工业节能"),
    text="国家鼓励工业企业采用高效、节能的电动机、锅炉、窑炉、风机、泵类等设备，"
    "采用热电联产、余热余压利用、洁净煤以及先进的用能监测和控制等技术。",
    span=Span(0, 71),
)
NOTICE = Document(
    id="ndrc-2025-910-zero-carbon-parks",
    title="关于开展零碳园区建设的通知",
    title_en="Notice on carrying out the construction of zero-carbon parks",
    text="",
    issuers=("国家发展改革委", "工业和信息化部", "国家能源局"),
    document_number="发改环资〔2025〕910号",
    date_issued=date(2025, 6, 30),
    status=Status.IN_FORCE,
    level=Level.MINISTRY_DOCUMENT,
    region="CN",
    source_url="https://www.ndrc.gov.cn/xxgk/zcfb/tz/202507/t20250708_1399055_ext.html",
    text_kind=TextKind.DIGEST,
    checked_on=date(2026, 11, 22),
)
HEAT_NOTICE = Measure(
    id="ndrc-2025-910-zero-carbon-parks:m11",
    document_id=NOTICE.id,
    position=0,
    locator="一、（四）",
    section_path=("一、重点任务", "强化园区资源节约集约利用"),
    title="废弃物与余压余热余冷资源化",
    text="完善园区废弃物循环网络，使工业固废、余压余热余冷以及废气废液废渣得到资源化利用。",
    span=Span(0, 40),
    actors=("园区", "园区企业"),
)
ARTICLE = Document(
    id="chen-lvjun-2023-park-green-lowcarbon",
    title="推动工业园区绿色低碳发展",
    text="",
    issuers=("陈吕军（清华大学环境学院教授）", "人民日报"),
    date_issued=date(2023, 8, 15),
    level=Level.COMMENTARY,
    region="CN",
    text_kind=TextKind.DIGEST,
    checked_on=date(2026, 11, 22),
)
HEAT_ARTICLE = Measure(
    id="chen-lvjun-2023-park-green-lowcarbon:m14",
    document_id=ARTICLE.id,
    position=0,
    locator="第三段（推进节能降耗）",
    section_path=("推进节能降耗",),
    title="余压余热回收",
    text="回收利用生产过程中的余压和余热。",
    span=Span(0, 16),
)
HOSTILE_TEXT = (
    '<script>document.title="owned"</script> ![x](http://evil.example/x.png) [a](javascript:alert(1)) '
    '<img src="http://evil.example/y.png" onerror="document.title=\'owned\'"> {{7*7}} ${7*7} **粗体**'
)
HOSTILE = Document(
    id="hostile",
    title="<script>document.title='owned'</script>附件",
    text=HOSTILE_TEXT,
    issuers=("<b>某部门</b>",),
    source_url="javascript:alert(1)",
)
HOSTILE_MEASURE = Measure(
    id="hostile:p-1",
    document_id=HOSTILE.id,
    position=0,
    locator="<i>第一条</i>",
    section_path=("<u>总则</u>",),
    text=HOSTILE_TEXT,
    span=Span(0, len(HOSTILE_TEXT)),
)
_DOCUMENTS = (LAW, NOTICE, ARTICLE, HOSTILE)
_MEASURES = (HEAT_LAW, FINE, HEAT_NOTICE, HEAT_ARTICLE, HOSTILE_MEASURE)

EVERYTHING = Filters()
HEAT = "我们园区想利用余热余压，有什么依据？"
PENALTY = "未报送能源利用状况报告，罚多少？"
CANTEEN = "园区食堂补贴多少钱一餐？"
VAGUE = "要交多少罚款？"
EVIL = f"恶意 {HOSTILE_TEXT}"


def web_app(settings: Settings) -> FastAPI:
    """The app over a stand-in; built inside a loop, since outside of one Gradio leaves loops unclosed."""

    async def build() -> FastAPI:
        return create_app(StandIn(), settings)  # type: ignore[arg-type]

    return asyncio.run(build())


class NoKeys:
    """The keys of a library that never had one."""

    def exist(self) -> bool:
        return False

    def origins(self) -> frozenset[str]:
        return frozenset()


class StandIn:
    """The methods of PolicyAssistant over the values above."""

    def __init__(self, max_question_length: int = 2000) -> None:
        self.keys = NoKeys()
        self._max = max_question_length
        self._documents = {document.id: document for document in _DOCUMENTS}
        self.progress = IndexProgress(done=4, total=4, ready=True)
        self.broken: Exception | None = None
        self.asked: list[tuple[str, Filters, str | None]] = []

    def ask(
        self,
        question: str,
        *,
        filters: Filters = EVERYTHING,
        conversation_id: str | None = None,
        earlier: Sequence[str] = (),
        owner: str | None = None,
    ) -> Answer:
        self.asked.append((question, filters, conversation_id))
        if self.broken:
            raise self.broken
        self._check(question)
        return replace(_answer(question), conversation_id=conversation_id)

    def _check(self, question: str) -> None:
        if not question.strip():
            raise BadQuestion("问题是空的 · the question is empty")
        if len(question) > self._max:
            raise BadQuestion(f"the question is longer than {self._max} characters")

    def observed_by(self, observer):
        """Nobody is told of its answers."""

    def watched_by(self, watch):
        """Nobody watches, either."""

    def asking(
        self,
        question: str,
        *,
        filters: Filters = EVERYTHING,
        conversation_id: str | None = None,
        earlier: Sequence[str] = (),
        owner: str | None = None,
    ) -> Iterator[Event]:
        self._check(question)
        yield State.SEARCHING
        answer = self.ask(question, filters=filters, conversation_id=conversation_id)
        yield from told(answer.blocks, answer.citations)
        yield answer

    def search(self, query: str, *, k: int = 10, filters: Filters = EVERYTHING) -> tuple[SearchResult, ...]:
        found = [measure for measure in _MEASURES if "余热" in measure.text]
        return tuple(_result(measure, 1.0 - place / 10) for place, measure in enumerate(found[:k]))

    def documents(self, spaces: tuple[str, ...]) -> tuple[Document, ...]:
        return tuple(document for document in self._documents.values() if document.space in spaces)

    def document(self, id: str, spaces: tuple[str, ...]) -> Document:
        document = self._documents.get(id)
        if document is None or document.space not in spaces:
            raise NotFound(f"no document {id}")
        return document

    def measure(self, id: str, spaces: tuple[str, ...]) -> DocumentMeasure:
        for measure in _MEASURES:
            if measure.id == id:
                document = self.document(measure.document_id, spaces)
                siblings = self.measures_of(document.id, spaces)
                place = siblings.index(measure)
                near = [_nearest(document, sibling) for sibling in siblings]
                before = near[place - 1] if place else None
                after = near[place + 1] if place + 1 < len(near) else None
                return DocumentMeasure(document, measure, before, after)
        raise NotFound(f"no measure {id}")

    def measures_of(self, id: str, spaces: tuple[str, ...]) -> tuple[Measure, ...]:
        self.document(id, spaces)
        return tuple(measure for measure in _MEASURES if measure.document_id == id)

    def headings_of(self, id: str, spaces: tuple[str, ...]) -> tuple[Heading, ...]:
        self.document(id, spaces)
        return (Heading("第六章 法律责任", Span(0, 11), 2),) if id == LAW.id else ()

    def add_document(
        self,
        name: str,
        data: bytes,
        *,
        source: str | None = None,
        space: str = SHARED_SPACE,
        progress: Callable[[int, int], None] | None = None,
    ) -> IngestResult:
        if not data.strip():
            raise UnreadableFile(f"{name} is empty")
        source = source or f"upload:{name}"
        outcome = "unchanged" if any(held.source == source for held in self._documents.values()) else "added"
        id = name.partition(".")[0]
        self._documents[id] = Document(id=id, title=id, text=data.decode(), source=source, space=space)
        return IngestResult(source, id, outcome, measures=1)

    def finish_changes(self) -> None:
        """Nothing of its changes is ever left half done."""

    def edit_document(self, id: str, changes: DocumentChanges, spaces: tuple[str, ...]) -> Document:
        given = {field.name: getattr(changes, field.name) for field in fields(changes)}
        changed = replace(
            self.document(id, spaces), **{name: value for name, value in given.items() if value is not UNSET}
        )
        self._documents[id] = changed
        return changed

    def remove_document(self, id: str, spaces: tuple[str, ...]) -> None:
        self.document(id, spaces)
        del self._documents[id]

    def health(self) -> Health:
        status = "failed" if self.progress.error else "ok" if self.progress.ready else "indexing"
        return Health(
            status,
            "0.1.0",
            len(self._documents),
            len(_MEASURES),
            "constant",
            date(2026, 11, 22),
            self.progress,
        )


def _nearest(document: Document, measure: Measure) -> NearestMeasure:
    return NearestMeasure(measure.id, document.title, measure.locator, measure.title)


def _document_of(measure: Measure) -> Document:
    return next(document for document in _DOCUMENTS if document.id == measure.document_id)


def _result(measure: Measure, score: float) -> SearchResult:
    document = _document_of(measure)
    return SearchResult(
        measure.id,
        document.id,
        document.title,
        measure.locator,
        measure.section_path,
        measure.text,
        score,
        (Found.LEXICAL,),
        document.text_kind,
        document.status,
        document.level,
        document.region,
        document.language,
    )


def _citation(marker: int, measure: Measure, quoted: str) -> Citation:
    document = _document_of(measure)
    start = measure.text.index(quoted)
    return Citation(
        marker=marker,
        measure_id=measure.id,
        document_id=document.id,
        document_title=document.title,
        locator=measure.locator,
        section_path=measure.section_path,
        text_kind=document.text_kind,
        quotes=(Quote(quoted, start, start + len(quoted)),),
        issuers=document.issuers,
        document_number=document.document_number,
        date_issued=document.date_issued,
        status=document.status,
        level=document.level,
        region=document.region,
        source_url=document.source_url,
        checked_on=document.checked_on,
    )


def _made(question: str, status: AnswerStatus, blocks: tuple[Block, ...] = (), **rest: object) -> Answer:
    text = "\n".join(block.text for block in blocks)
    return Answer(question, question, "zh", status, text, blocks, **rest)  # type: ignore[arg-type]


def _answer(question: str) -> Answer:
    if question == CANTEEN:
        return _refused(question)
    if question == VAGUE:
        return _made(
            question, AnswerStatus.CLARIFY, clarification=Clarification("您指哪种情形？", (PENALTY, HEAT))
        )
    if question == PENALTY:
        quoted = FINE.text
        figure = _span(quoted, "一万元以上五万元以下")
        return _made(
            question,
            AnswerStatus.ANSWERED,
            (
                Block(
                    BlockKind.CLAIM,
                    f"“{quoted}”[1]",
                    (1,),
                    Support.QUOTED,
                    (figure,),
                ),
            ),
            citations=(_citation(1, FINE, quoted),),
        )
    if question.startswith("恶意"):
        return _made(
            question,
            AnswerStatus.ANSWERED,
            (Block(BlockKind.CLAIM, f"{HOSTILE_TEXT}[1]", (1,), Support.QUOTED),),
            citations=(_citation(1, HOSTILE_MEASURE, HOSTILE_TEXT),),
        )
    return _heat(question)


def _span(quoted: str, words: str) -> Span:
    """Where `words` stand in a claim that puts a quotation mark before what it quotes."""
    start = 1 + quoted.index(words)
    return Span(start, start + len(words))


def _refused(question: str) -> Answer:
    message = "资料库里没有关于园区食堂补贴的规定，无法回答。较接近的内容："
    return _made(
        question,
        AnswerStatus.REFUSED,
        (
            Block(BlockKind.FRAME, message),
            Block(BlockKind.FRAME, f"· 《{NOTICE.title}》{HEAT_NOTICE.locator} {HEAT_NOTICE.title}"),
            Block(BlockKind.FRAME, "把相关文件加入资料库后可以再问。"),
        ),
        refusal=Refusal(RefusalReason.NOT_COVERED, message, (_nearest(NOTICE, HEAT_NOTICE),)),
    )


def _heat(question: str) -> Answer:
    law = "采用热电联产、余热余压利用、洁净煤以及先进的用能监测和控制等技术。"
    return _made(
        question,
        AnswerStatus.ANSWERED,
        (
            Block(BlockKind.FRAME, "关于余热余压利用："),
            Block(BlockKind.CLAIM, f"《节约能源法》：“{HEAT_LAW.text}”[1]", (1,), Support.QUOTED),
            Block(
                BlockKind.CLAIM,
                f"《关于开展零碳园区建设的通知》（2025，摘要）：{HEAT_NOTICE.text}[2]",
                (2,),
                Support.QUOTED,
            ),
            Block(
                BlockKind.CLAIM, f"专家文章（2023，评论，摘要）：{HEAT_ARTICLE.text}", (3,), Support.QUOTED
            ),
        ),
        citations=(
            _citation(1, HEAT_LAW, law),
            _citation(2, HEAT_NOTICE, HEAT_NOTICE.text),
            _citation(3, HEAT_ARTICLE, HEAT_ARTICLE.text),
        ),
        suggestions=(PENALTY,),
        evidence=(EvidenceItem(HEAT_LAW.id, LAW.title, HEAT_LAW.locator, 0.9),),
        timings_ms={"total": 1.5},
    )
