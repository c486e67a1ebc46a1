"""The page that asks for a key, once."""

from parkbot.ui.html import render as _render


def render(next: str, *, failed: bool) -> str:
    """The form; `next` is the address to go on to, `failed` says that the last key opened nothing."""
    return _render("signin.html", next=next, failed=failed)
