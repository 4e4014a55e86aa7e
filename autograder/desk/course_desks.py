"""The course that a server marks: where it lies, and the desk of each assignment, loaded in the background once."""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from ..course import assignment as assignments
from .class_desk import ClassDesk


class CourseDesks:
    """The desks of one course, by assignment. Any thread may ask."""

    def __init__(self, course_dir: Path, out: Path) -> None:
        """Load nothing yet; `out` has the results."""
        self._course_dir, self._out = course_dir, out
        self._loading: dict[str, Future[ClassDesk]] = {}
        self._progress: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()
        # The gradebook and the files of the class are asked here, never on the thread that answers everybody.
        self.threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="marking")

    def names(self) -> list[str]:
        """Return the assignments of the course."""
        return assignments.names(self._course_dir)

    def loading(self, name: str) -> "Future[ClassDesk]":
        """Return the desk of an assignment as it is being loaded; what failed is tried again when it is asked for."""
        with self._lock:
            known = self._loading.get(name)
            if known is None or (known.done() and known.exception() is not None):
                known = self._loading[name] = self.threads.submit(self._load, name)
            return known

    def in_course(self, words: str) -> str:
        """Return a message with the names of files as seen from the course: markers need no more."""
        for folder in {str(self._out.resolve()), str(self._out), str(self._course_dir)} - {"/"}:
            words = words.replace(f"{folder}/", "")
        return words

    def progress(self, name: str) -> str:
        """Return how far the loading of a desk is, in words."""
        done, count = self._progress.get(name, (0, 0))
        return f"{done} of {count} submissions are read." if count else ""

    def close(self) -> None:
        """Close the gradebooks; what is being written is finished first."""
        self.threads.shutdown(cancel_futures=True)
        for future in self._loading.values():
            if future.done() and not future.cancelled() and future.exception() is None:
                future.result().close()

    def _load(self, name: str) -> ClassDesk:
        def counted(students: Iterable[str]) -> Iterator[str]:
            everybody = list(students)
            for number, student in enumerate(everybody):
                self._progress[name] = (number, len(everybody))
                yield student

        desk = ClassDesk.load(self._course_dir, self._out, name, counted)
        for item in desk.questions:  # a second or two for a class of 3,000, before anybody waits for it
            desk.order(item)
        desk.figures.workers()
        return desk
