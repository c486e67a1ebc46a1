"""Does a text say what a claim says? A small network over what the built-in embedder makes of both.

Each piece of the claim looks for its like among the pieces of the text, in several layers of the embedder at
once, and is compared with what it found (decomposable attention, Parikh et al. 2016, arXiv 1606.01933); what
the checks found is weighed together with that. training/claims.py trains it.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from parkbot.errors import ParkBotError

FOLDER = Path(__file__).parent / "model"

States = Callable[[Sequence[str]], list[NDArray[np.float16]]]
"""Texts → what the embedder made of each of their pieces, [pieces][layers][dimensions] a text."""

LONGEST = 500
"""Characters of a text that are read at once; a longer one is cut after a sentence."""
_KEPT = 128
"""Texts whose states are kept: about 200 kB each."""
_SENTENCE = re.compile(r"[^。；;\n]*[。；;\n]?")


class Entailment:
    """The network that decides.

    Raises:
        ParkBotError: its files are missing, or not those that were shipped.
    """

    def __init__(self, states: States, folder: Path = FOLDER) -> None:
        import onnxruntime

        about = _checked(folder)
        self.embedder = about["embedder"]
        """The embedder whose states it was trained on."""
        self.threshold = float(about["threshold"])
        """The score from which a claim passes."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._states = states
        self._kept: dict[str, NDArray[np.float16]] = {}
        self._lock = Lock()

    def score(self, claim: str, texts: Sequence[str], signals: Sequence[float]) -> float:
        """How surely the texts together say it, 0 to 1; `signals` as judging.SIGNALS names them."""
        (of_claim,) = self._states([claim])
        of_texts = self._read(texts)
        if not len(of_claim) or not len(of_texts):
            return 0.0
        (logits,) = self._session.run(
            None,
            {
                "claim": of_claim[None].astype(np.float32),
                "text": of_texts[None].astype(np.float32),
                "signals": np.array([signals], np.float32),
            },
        )
        return float(1 / (1 + np.exp(-np.float64(logits[0][0]))))

    def prepare(self, texts: Sequence[str]) -> None:
        """Read texts beforehand."""
        self._read(texts)

    def _read(self, texts: Sequence[str]) -> NDArray[np.float16]:
        parts = [part for text in texts for part in parts_of(text)]
        with self._lock:
            held = {part: self._kept[part] for part in parts if part in self._kept}
        if missing := [part for part in dict.fromkeys(parts) if part not in held]:
            new = dict(zip(missing, self._states(missing), strict=True))
            held |= new
            with self._lock:
                self._kept |= new
                while len(self._kept) > _KEPT:
                    del self._kept[next(iter(self._kept))]
        return np.concatenate([held[part] for part in parts])


def parts_of(text: str) -> list[str]:
    """The text in parts that can be read at once, cut after sentences."""
    parts = [""]
    for sentence in _SENTENCE.findall(text):
        if parts[-1] and len(parts[-1]) + len(sentence) > LONGEST:
            parts.append("")
        parts[-1] += sentence
    return parts


def _checked(folder: Path) -> dict[str, str]:
    """What the folder says of its model, once its file is known to be the one that was shipped."""
    try:
        about: dict[str, str] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        with (folder / "model.onnx").open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != about["model.onnx"]:
                raise ParkBotError(f"the verifier's model is damaged ({folder}); install ParkBot again")
    except (OSError, ValueError, KeyError) as error:
        raise ParkBotError(
            f"the verifier's model cannot be read ({folder}: {error}); install ParkBot again"
        ) from error
    return about
