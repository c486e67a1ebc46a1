"""A conversation as a Markdown file, to keep or to hand on."""

import re
from collections.abc import Iterator

from parkbot.answering.locators import locator
from parkbot.answers import Answer, Citation
from parkbot.domain import TextKind
from parkbot.names import bare_title
from parkbot.turns import Conversation, KeptTurn

# Words of documents and questions are data: no markup, link or picture of theirs may come to life.
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")


def as_markdown(conversation: Conversation) -> str:
    """Questions, how they were understood, answers with what was quoted then, and their sources."""
    parts = [f"# {_plain(conversation.title)}", f"{conversation.updated:%Y-%m-%d %H:%M} UTC"]
    for turn in conversation.turns:
        parts.extend(_turn(turn))
    return "\n\n".join(parts) + "\n"


def _turn(turn: KeptTurn) -> Iterator[str]:
    chinese = turn.answer.language == "zh"
    yield f"## {_plain(turn.question)}"
    if turn.standalone_question != turn.question:
        understood = "理解为：" if chinese else "Understood as: "
        yield f"_{understood}{_plain(turn.standalone_question)}_"
    answer = turn.answer
    yield from (f"⚠ {_plain(warning)}" for warning in answer.warnings if warning not in answer.text)
    yield _plain(answer.text).replace("\n", "\n\n")
    if answer.clarification:
        yield "\n".join(f"- {_plain(option)}" for option in answer.clarification.options)
    if answer.citations:
        yield "\n".join(_source(citation, answer) for citation in answer.citations)


def _source(citation: Citation, answer: Answer) -> str:
    chinese = answer.language == "zh"
    title = f"《{bare_title(citation.document_title)}》" if chinese else citation.document_title
    where = locator(citation.locator, answer.language)
    facts = [f"{title}{where}" if chinese else f"{title}, {where}", citation.document_number]
    facts.append(citation.date_issued.isoformat() if citation.date_issued else None)
    if citation.text_kind is TextKind.DIGEST:
        facts.append("摘要，非原文" if chinese else "digest, not the original text")
    facts.append(citation.source_url)
    said = " · ".join(_plain(fact) for fact in facts if fact)
    return f"- \\[{citation.marker}\\] {said}"


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)
