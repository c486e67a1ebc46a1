"""The library: documents and measures in SQL, which is the truth; every index can be rebuilt from it."""

from parkbot.library.approvals import Approvals
from parkbot.library.keys import Keys
from parkbot.library.store import Library
from parkbot.library.tables import State

__all__ = ["Approvals", "Keys", "Library", "State"]
