"""Upkeep of the indexes: they follow the library, which is the truth, and are repaired from it."""

import threading
from itertools import groupby

from parkbot.assistant.publishing import Progress, Publisher
from parkbot.index.dense import DenseIndex
from parkbot.index.lexical import LexicalIndex
from parkbot.library import Library, State
from parkbot.refreshing import Refresher


class Upkeep:
    """Brings dense and lexical index up to the library, at once or soon. Thread-safe."""

    def __init__(
        self, library: Library, dense: DenseIndex, lexical: LexicalIndex, publisher: Publisher
    ) -> None:
        self._library = library
        self._dense = dense
        self._lexical = lexical
        self._publisher = publisher
        self._followed = -1
        self._following = threading.Lock()
        self._refresher = Refresher(self.refresh)

    def follow(self) -> None:
        """Bring the indexes after the library, which another process may have changed.

        Only where and how fast things are found hangs on that: what is shown is read from the library.
        """
        generation = self._library.generation
        with self._following:
            if generation == self._followed:
                return
            self._dense.follow()
            self._followed = generation
        self.refresh_soon()

    def refresh(self) -> None:
        """Bring the lexical index up to the library, if it is not; delete conversations that are too old."""
        self._library.conversations.prune()
        self._lexical.refresh(self._library.all_measures, self._library.generation)

    def refresh_soon(self) -> None:
        """The same in the background, when changes have come to rest."""
        self._refresher.request()

    def reindex(self, progress: Progress | None = None) -> int:
        """Make the vectors of every measure anew, e.g. for another embedder; how many measures there are."""
        with self._library.alone():
            counts = self._library.measure_counts(self._library.spaces())
            total, done = sum(counts.values()), 0
            by_document = groupby(self._library.all_measures(), key=lambda pair: pair[0])
            for document, pairs in by_document:
                measures = [measure for _, measure in pairs]
                self._publisher.make_vectors(document, measures)
                done += len(measures)
                if progress:
                    progress(done, total)
        self.refresh()
        return done

    def repair(self) -> None:
        """Finish what a killed run left half done, and put back what the dense index lost."""
        with self._library.alone():
            self.finish()
            self._align()

    def finish(self) -> None:
        """Finish what a kill or an error left half done. Whoever calls stands alone in the library."""
        for document, state in self._library.unfinished():
            if state is State.REMOVING:
                self._publisher.remove(document.id)
            else:
                self._publisher.make_vectors(document, self._library.staged_measures(document.id))
                self._library.publish(document.id)

    def _align(self) -> None:
        """Put back what the dense index lost, and take out what the library no longer holds."""
        spaces = self._library.spaces()
        held, expected = self._dense.passages_by_document(), self._library.measure_counts(spaces)
        for document_id in held.keys() - expected.keys():
            self._dense.remove(document_id)
        for document in self._library.documents(spaces):
            if held.get(document.id, 0) < expected[document.id]:
                self._publisher.make_vectors(document, self._library.staged_measures(document.id))

    def close(self) -> None:
        """Refresh no more in the background, and wait for the refresh that is running."""
        self._refresher.close()
