"""What a claim cites."""

from dataclasses import dataclass

from parkbot.verification.units import normalised


@dataclass(frozen=True)
class Premise:
    """A cited measure: its document's title, its locator, its text."""

    title: str
    locator: str
    text: str

    @property
    def place(self) -> str:
        """Where it stands, as the network reads it before the text."""
        return f"{self.title} {self.locator}。"

    @property
    def bare(self) -> str:
        """Its normalised text without the locator that an article begins with: nobody quotes that with it."""
        return normalised(self.text).removeprefix(normalised(self.locator)).lstrip()
