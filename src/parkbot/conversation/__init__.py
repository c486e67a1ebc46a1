"""A question in its conversation: what it means by itself, said so that it can be searched for and shown."""

from parkbot.conversation.follow_ups import FollowUps, Meant
from parkbot.conversation.memory import Turn

__all__ = ["FollowUps", "Meant", "Turn"]
