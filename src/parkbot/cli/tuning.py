"""`parkbot tune`: what was learned, before and after, and whether it is installed."""

from collections.abc import Iterator

from parkbot.cli.progress import shown
from parkbot.cli.rendering import print_json, print_text
from parkbot.models import adapter
from parkbot.settings import Settings
from parkbot.tuning.comparing import Compared
from parkbot.tuning.tuner import FEWEST_APPROVED, Tuned, tune

_KINDS = {"approved": "approved questions", "drawn": "questions drawn from the library"}


def learn(settings: Settings, *, json: bool) -> None:
    """Learn, compare, and install what helps. Stopped at any time, it leaves all as it was."""
    from parkbot import build

    with (
        shown("Reading the library", "documents") as progress,
        build.ground(settings, progress) as ground,
    ):
        tuned = tune(ground, shown)
    if tuned.helps:
        adapter.install(tuned.adapter, settings.data_dir)
    if json:
        print_json(
            {
                "installed": tuned.helps,
                "embedder": tuned.adapter.embedder,
                "drawn": tuned.drawn,
                "approved": tuned.approved,
                "compared": tuned.compared,
            }
        )
    else:
        print_text("\n".join(_lines(tuned)))


def forget(settings: Settings, *, json: bool) -> None:
    """Take away what is installed."""
    removed = adapter.remove(settings.data_dir)
    if json:
        print_json({"removed": removed})
    else:
        print_text("removed; questions are searched for as before" if removed else "nothing was installed")


def _lines(tuned: Tuned) -> Iterator[str]:
    yield f"Learned from {tuned.drawn} questions drawn from the library and {tuned.approved} approved ones."
    if 0 < tuned.approved < FEWEST_APPROVED:
        yield f"Too few are approved to compare them by themselves ({FEWEST_APPROVED} are needed)."
    yield from map(_line, tuned.compared)
    if tuned.helps:
        yield (
            f"Installed for the embedder {tuned.adapter.embedder}; it counts from the next question. "
            "`parkbot tune --remove` takes it away."
        )
    else:
        yield "Not installed: it does not surely help, or makes something worse. What was there stays."


def _line(each: Compared) -> str:
    return (
        f"{each.questions} {_KINDS[each.kind]}, held out: right measure among the first ten "
        f"{each.hit_before:.3f} -> {each.hit_after:.3f}, "
        f"MRR@10 {each.mrr_before:.3f} -> {each.mrr_after:.3f} "
        f"(change {each.mrr_after - each.mrr_before:+.3f}, 95 % interval {each.low:+.3f} to {each.high:+.3f})"
    )
