"""An answer on a terminal while it comes about: what is being done, and each part as it may be shown."""

import sys
from collections.abc import Iterable

from parkbot.answers import Answer, Block
from parkbot.events import Event, State
from parkbot.questions import language_of
from parkbot.ui.labels import STATE


def awaited(question: str, events: Iterable[Event]) -> Answer:
    """The answer at the end of the events; on a terminal they are seen on stderr until then."""
    if not sys.stderr.isatty():
        return next(event for event in events if isinstance(event, Answer))
    from rich.console import Console, Group
    from rich.live import Live
    from rich.text import Text

    is_english = language_of(question) == "en"
    parts: list[str] = []
    label = STATE[State.SEARCHING]
    # Transient: what stays to be read is the whole answer, on stdout.
    with Live(console=Console(stderr=True), transient=True, vertical_overflow="visible") as live:
        for event in events:
            match event:
                case Answer():
                    return event
                case Block():
                    parts.append(event.text)
                case State():
                    label = STATE[event]
            doing = Text(label.en if is_english else label.zh, style="dim")
            live.update(Group(*map(Text, parts), doing))
    raise AssertionError("the events end with the answer")
