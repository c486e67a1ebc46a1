"""The token in the data folder by which commands on the same machine reach its server.

Only who may read the folder can read it; such a one could as well change the library's files.
"""

import os
import secrets
import stat
import tempfile
from pathlib import Path

from parkbot.errors import ParkBotError

_NAME = "parkbot.token"


def kept(folder: Path) -> str:
    """The folder's token, made if there is none, or none that only its owner can read.

    Raises:
        ParkBotError: the folder cannot be written to.
    """
    path = folder / _NAME
    try:
        token = read(folder)
        if token is not None and stat.S_IMODE(path.stat().st_mode) & 0o077 == 0:
            return token
        token = secrets.token_urlsafe(32)
        # mkstemp makes the file 0600; the rename lets nobody read half of it.
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=f".{_NAME}.")
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(token)
        os.replace(name, path)
    except OSError as error:
        raise ParkBotError(f"the token in {folder} cannot be kept: {error.strerror}") from error
    return token


def read(folder: Path) -> str | None:
    """The token of a folder's server; None if it has none.

    Raises:
        ParkBotError: it belongs to somebody else.
    """
    try:
        return (folder / _NAME).read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ParkBotError(
            f"the token {folder / _NAME} cannot be read; run the command as the user who runs the server"
        ) from error
