"""The page that asks for a key, once."""

from parkbot.ui.html import render as _render


def render(next: str, *, root: str, failed: bool) -> str:
    """The form; `failed` says that the last key opened nothing.

    `next` is the address to go on to, `root` where browsers see our addresses begin.
    """
    return _render("signin.html", next=next, root=root, failed=failed)
