"""The lexical index: BM25 over characters, their pairs and words, kept on disk and loaded, not rebuilt."""

import json
import os
import re
import shutil
import tempfile
import threading
import unicodedata
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from parkbot.domain import Document, Language, Measure
from parkbot.errors import ParkBotError
from parkbot.index.passages import front_of

if TYPE_CHECKING:
    from bm25s import BM25

Entries = Callable[[], Iterable[tuple[Document, Measure]]]

# Raised whenever `_terms` or the files change: an index of an earlier make is built anew.
_FORMAT = 3

_CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(f"([{_CJK}]+)|([^\\W_{_CJK}]+(?:\\.[0-9]+)*)")


# Characters that carry grammar, not matter.
_FUNCTION = frozenset("的了是在有和与及或者等为对由于并其以不应当按照可个人我你他什么怎吗呢")


def tokenize(text: str) -> list[str]:
    """CJK as overlapping pairs of characters (a lone one as itself), other words and numbers whole.

    >>> tokenize("利用余热 PM2.5、碳")
    ['利用', '用余', '余热', 'pm2.5', '碳']
    """
    tokens: list[str] = []
    for run, word in _runs(text):
        if word or len(run) == 1:
            tokens.append(word or run)
        else:
            tokens.extend(map("".join, zip(run, run[1:], strict=False)))
    return tokens


def _terms(text: str) -> list[str]:
    """What is indexed and searched: the tokens, and the characters that carry matter.

    With the characters a question finds a measure that says it in other words of the same root.
    The right measure was among the first five of 3,744 for .77 instead of .70 of the questions about
    digests and .67 instead of .51 of those about laws; over 28,108 articles and 1,231 lay questions
    recall@10 was .523 instead of .502. k1 from .9 to 2 and b from .4 to .9 change little.
    """
    characters = (char for run, _ in _runs(text) if len(run) > 1 for char in run)
    return [*tokenize(text), *(char for char in characters if char not in _FUNCTION)]


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """(CJK run, "") or ("", other word), in order, in one spelling of case and width."""
    for match in _RUNS.finditer(unicodedata.normalize("NFKC", text).lower()):
        yield match[1] or "", match[2] or ""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """One generation of the index; never changed, so that a search may go on while the next is built."""

    generation: int
    measures: list[str]
    asked: frozenset[str]
    documents: dict[str, int]
    document_of: NDArray[np.int32]
    spaces: NDArray[np.str_]
    languages: NDArray[np.str_]
    ranker: "BM25 | None"

    def mask(
        self, spaces: tuple[str, ...], document_ids: Collection[str] | None, language: Language | None
    ) -> NDArray[np.bool_]:
        """Which measures may be found."""
        allowed = np.isin(self.spaces, spaces)
        if language is not None:
            allowed &= self.languages == language
        if document_ids is not None:
            wanted = np.zeros(len(allowed), bool)
            wanted[[self.documents[id] for id in document_ids if id in self.documents]] = True
            allowed &= wanted
        return allowed[self.document_of]

    def standing_in(self, token: str) -> NDArray[np.int32]:
        """The places of the measures in which a token stands."""
        if self.ranker is None or token not in self.ranker.vocab_dict:
            return np.empty(0, np.int32)
        row = self.ranker.vocab_dict[token]
        scores = self.ranker.scores
        places: NDArray[np.int32] = scores["indices"][scores["indptr"][row] : scores["indptr"][row + 1]]
        return places


class LexicalIndex:
    """Finds measures by their words. `refresh` it after the library changed; searches never wait for that.

    Processes may share its folder: one builds, the others load.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._building = threading.Lock()
        self._loaded: _Loaded | None = None

    def refresh(self, entries: Entries, generation: int) -> bool:
        """Brings the index to a generation of the library: loads it from disk, or builds and saves it.

        Returns:
            Whether it had to be built.

        Raises:
            ParkBotError: it cannot be saved.
        """
        with self._building:
            if self._loaded is not None and self._loaded.generation == generation:
                return False
            with self._alone():
                path = self._folder / f"{_FORMAT}-{generation}"
                loaded = _load(path, generation)
                built = loaded is None
                if loaded is None:
                    loaded = self._built(entries, path, generation)
                self._loaded = loaded
                self._remove_all_but(path)
            return built

    def search(
        self,
        query: str,
        k: int,
        *,
        spaces: tuple[str, ...],
        document_ids: Collection[str] | None = None,
        language: Language | None = None,
    ) -> list[tuple[str, float]]:
        """The k best measures that share a token with the query, best first; scores are BM25 a term of it."""
        loaded = self._loaded
        if loaded is None or loaded.ranker is None:
            return []
        terms = _terms(query)
        rows = loaded.ranker.get_tokens_ids(terms)
        if not rows:
            return []
        scores = loaded.ranker.get_scores_from_ids(rows) / len(terms)
        scores[~loaded.mask(spaces, document_ids, language)] = 0
        return [(loaded.measures[row], float(scores[row])) for row in _best(scores, k)]

    def idf(self, token: str) -> float:
        """How telling a token is (Lucene's formula); most of all one that stands nowhere."""
        loaded = self._loaded
        if loaded is None:
            return log(2)
        frequency = len(loaded.standing_in(token))
        return log(1 + (len(loaded.measures) - frequency + 0.5) / (frequency + 0.5))

    def knows(self, token: str, spaces: tuple[str, ...] | None = None) -> bool:
        """Whether a token stands anywhere in these spaces, or in the index."""
        loaded = self._loaded
        if loaded is None:
            return False
        places = loaded.standing_in(token)
        return len(places) > 0 if spaces is None else bool(loaded.mask(spaces, None, None)[places].any())

    def comes_with_questions(self, measure_id: str) -> bool:
        """Whether a measure is also indexed by questions that it answers."""
        loaded = self._loaded
        return loaded is not None and measure_id in loaded.asked

    def size(self) -> int:
        """How many measures it holds."""
        loaded = self._loaded
        return 0 if loaded is None else len(loaded.measures)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process builds or removes within."""
        with self._translated():
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._folder.with_suffix(".lock"), mode=0o600)
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ParkBotError(
                f"the lexical index in {self._folder} cannot be saved: {error.strerror}"
            ) from error

    def _built(self, entries: Entries, path: Path, generation: int) -> _Loaded:
        with (
            self._translated(),
            tempfile.TemporaryDirectory(dir=self._folder, ignore_cleanup_errors=True) as name,
        ):
            made = Path(name) / "made"
            _build(entries(), made)
            shutil.rmtree(path, ignore_errors=True)
            made.rename(path)
        loaded = _load(path, generation)
        if loaded is None:
            raise ParkBotError(f"the lexical index in {self._folder} cannot be read back")
        return loaded

    def _remove_all_but(self, kept: Path) -> None:
        # What is removed may still be in use by a search: its mapped files live until it is done.
        for path in self._folder.iterdir():
            if path != kept:
                shutil.rmtree(path, ignore_errors=True)


def _build(entries: Iterable[tuple[Document, Measure]], folder: Path) -> None:
    from bm25s import BM25

    folder.mkdir()
    measures: list[str] = []
    asked: list[str] = []
    documents: dict[str, tuple[int, str, str]] = {}
    document_of: list[int] = []
    # Tokens as numbers: as strings those of 57,000 articles would take a gigabyte.
    vocabulary: dict[str, int] = {}
    corpus: list[array[int]] = []
    for document, measure in entries:
        row = documents.setdefault(document.id, (len(documents), document.space, document.language))
        measures.append(measure.id)
        if measure.questions:
            asked.append(measure.id)
        document_of.append(row[0])
        terms = _terms(" ".join((front_of(document, measure), measure.text, *measure.questions)))
        corpus.append(array("i", (vocabulary.setdefault(term, len(vocabulary)) for term in terms)))
    entry_file = {
        "measures": measures,
        "asked": asked,
        "documents": [(id, *row[1:]) for id, row in documents.items()],
        "has_words": bool(vocabulary),
    }
    (folder / "entries.json").write_text(json.dumps(entry_file, ensure_ascii=False), encoding="utf-8")
    np.save(folder / "document_of.npy", np.array(document_of, np.int32))
    if entry_file["has_words"]:
        ranker = BM25(method="lucene", k1=1.2, b=0.75)
        ranker.index((corpus, vocabulary), show_progress=False)
        ranker.save(folder, show_progress=False)
    for path in folder.iterdir():
        _sync(path)


def _sync(path: Path) -> None:
    """To the disk before the rename, so that a power cut cannot leave a whole folder of empty files."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _load(folder: Path, generation: int) -> _Loaded | None:
    """What is saved there; None if that is nothing, or damaged."""
    try:
        entries = json.loads((folder / "entries.json").read_text(encoding="utf-8"))
        documents = entries["documents"]
        loaded = _Loaded(
            generation=generation,
            measures=entries["measures"],
            asked=frozenset(entries["asked"]),
            documents={id: row for row, (id, _, _) in enumerate(documents)},
            document_of=np.load(folder / "document_of.npy"),
            spaces=np.array([space for _, space, _ in documents], np.str_),
            languages=np.array([language for _, _, language in documents], np.str_),
            ranker=_ranker(folder) if entries["has_words"] else None,
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None
    return loaded if _is_sound(loaded) else None


def _ranker(folder: Path) -> "BM25":
    from bm25s import BM25

    ranker = BM25.load(folder, mmap=True)
    # Plain views: indexing a memmap makes a memmap, which is slow.
    for name in ("data", "indices", "indptr"):
        ranker.scores[name] = ranker.scores[name].view(np.ndarray)
    return ranker


def _is_sound(loaded: _Loaded) -> bool:
    size = len(loaded.measures)
    if len(loaded.document_of) != size or not _below(loaded.document_of, len(loaded.documents)):
        return False
    if loaded.ranker is None:
        return True
    scores = loaded.ranker.scores
    postings = len(scores["data"])
    return bool(
        scores["num_docs"] == size
        and scores["indptr"][-1] == len(scores["indices"]) == postings
        and _below(scores["indices"], size)
    )


def _below(numbers: NDArray[np.int32], limit: int) -> bool:
    return len(numbers) == 0 or (int(numbers.min()) >= 0 and int(numbers.max()) < limit)


def _best(scores: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """Places of the k highest scores above 0, best first; the earlier one where they are equal."""
    found = np.flatnonzero(scores > 0)
    if len(found) > k:
        threshold = np.partition(scores[found], -k)[-k]
        found = found[scores[found] >= threshold]
    order = np.argsort(-scores[found], kind="stable")
    return found[order][:k]
