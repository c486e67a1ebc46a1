"""Does a text say what a claim says? A network that reads the two together, and what the checks found.

The claim stands before the text, so that every piece of either sees all of both (a cross-encoder);
training/verifier.py makes it. It runs on the CPU by onnxruntime, without torch.
"""

import hashlib
import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from parkbot.errors import ParkBotError
from parkbot.verification.premise import Premise

FOLDER = Path(__file__).parent / "model"
FILES = ("model.onnx", "tokenizer.json")

LONGEST = 448
"""Pieces that are read at once, the claim's and the text's together."""
LONGEST_CLAIM, LONGEST_PLACE = 128, 64
OVERLAP = 20
"""Pieces of a long text that are read twice where it is cut."""
_THREADS = 4
"""More of them wait for each other."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and as much of its texts as is read at once; `of_claim` of the pieces are the claim's own."""

    pieces: tuple[int, ...]
    of_claim: int


class Pieces:
    """Writes a claim and its texts as the network reads them."""

    def __init__(self, file: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(file))
        self._begin, self._end = self._tokenizer.encode("").ids

    def pairs(self, claim: str, premises: Sequence[Premise]) -> list[Pair]:
        """The claim before the texts, several times over where these are too long to be read at once."""
        own = self._of(claim)[:LONGEST_CLAIM]
        room = LONGEST - len(own) - 3
        parts: list[list[int]] = [[]]
        for each in premises:
            place, words = self._of(each.place)[:LONGEST_PLACE], self._of(each.text)
            if len(parts[-1]) + len(place) + len(words) <= room:
                parts[-1] += place + words
            else:
                parts += [place + part for part in _cut(words, room - len(place))]
        return [Pair((self._begin, *own, self._end, *part, self._end), len(own)) for part in parts if part]

    def _of(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


def _cut(pieces: list[int], size: int) -> list[list[int]]:
    """Parts of like length, each beginning a little before the last one ends."""
    parts = max(1, math.ceil(len(pieces) / size))
    step = max(1, math.ceil(len(pieces) / parts))
    return [pieces[max(0, at - OVERLAP) : at + step][:size] for at in range(0, len(pieces), step)]


class Entailment:
    """The network that decides.

    Raises:
        ParkBotError: its files are missing, or not those that were shipped.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        import onnxruntime

        about = _checked(folder)
        self.name = about["name"]
        self.threshold = float(about["threshold"])
        """The score from which a claim passes."""
        self._pieces = Pieces(folder / "tokenizer.json")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(_THREADS, os.cpu_count() or 1)
        # Threads that spin while they wait take twice as long as soon as anything else runs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def score(self, claim: str, premises: Sequence[Premise], signals: Sequence[float]) -> float:
        """How surely one of the parts says it, 0 to 1; `signals` as judging.SIGNALS names them."""
        pairs = self._pieces.pairs(claim, premises)
        logit = max((self._logit(pair, signals) for pair in pairs if pair.of_claim), default=-math.inf)
        return float(1 / (1 + np.exp(-np.float64(logit))))

    def _logit(self, pair: Pair, signals: Sequence[float]) -> float:
        (logits,) = self._session.run(
            None,
            {
                "pieces": np.array([pair.pieces], np.int64),
                "claim": np.array([pair.of_claim], np.int64),
                "signals": np.array([signals], np.float32),
            },
        )
        return float(logits[0][0])


def _checked(folder: Path) -> dict[str, str]:
    """What the folder says of its model, once its files are known to be those that were shipped."""
    try:
        about: dict[str, str] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        for name in FILES:
            with (folder / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != about[name]:
                    raise ParkBotError(
                        f"the verifier's model is damaged ({folder / name}); install ParkBot again"
                    )
    except (OSError, ValueError, KeyError) as error:
        raise ParkBotError(
            f"the verifier's model cannot be read ({folder}: {error}); install ParkBot again"
        ) from error
    return about
