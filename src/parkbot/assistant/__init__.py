"""The whole of ParkBot behind one door: documents in, cited answers out."""

from parkbot.assistant.policy_assistant import PolicyAssistant
from parkbot.assistant.publishing import Progress

__all__ = ["PolicyAssistant", "Progress"]
