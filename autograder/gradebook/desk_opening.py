"""Open the marks of an assignment: the gradebook, our tables in it, and one item of it in one transaction."""

import contextlib
from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import Connection

from ..model.assignment import Assignment
from ..model.rubric import Rubric
from . import desk_rows, desk_tables
from .database import Database
from .desk_rows import Cells
from .desk_tables import TABLES
from .desk_work import Work
from .registration import using


class OpenMarks(contextlib.AbstractContextManager):
    """A gradebook that is open for the desk; it notices when somebody puts another file in its place."""

    def __init__(
        self, db_url: str, assignment: Assignment, rubrics: Mapping[str, Rubric], *,
        shows_rubric: bool, lease_s: float, clock: Callable[[], float],
    ) -> None:  # fmt: skip
        """Open it; the arguments are those of `DeskBook`. Raises ConfigError when it cannot be used."""
        self._assignment, self._rubrics, self._db_url = assignment, rubrics, db_url
        self._shows_rubric, self._lease_s, self._clock = shows_rubric, lease_s, clock
        self._database = Database(db_url)
        self._file = self._database.file
        self._prepare()

    def __exit__(self, *exc: object) -> None:
        self._database.close()

    def _prepare(self) -> None:
        """Make a gradebook ours that was just opened, or put there by somebody while the desk was open."""
        self._cells: dict[str, Cells] = {}
        self._owners: dict[str, str] = {}
        with using(self._db_url), self._database.writing(TABLES) as connection:
            desk_tables.create(connection)
        self._database.keep_log_beside()

    def _look_for_another_file(self) -> None:
        file = self._database.file
        if file != self._file:
            self._prepare()
            self._file = file

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Connection]:
        self._look_for_another_file()
        with using(self._db_url), self._database.reading() as connection:
            yield connection

    @contextlib.contextmanager
    def _reading(self, item: str) -> Iterator[Work]:
        with self._connected() as connection:
            yield self._work(connection, item)

    @contextlib.contextmanager
    def _writing(self, item: str) -> Iterator[Work]:
        with self._writing_on(item) as connection:
            yield self._work(connection, item)

    @contextlib.contextmanager
    def _writing_on(self, item: str = "") -> Iterator[Connection]:
        """Give a transaction on one item, also on one that no person marks; on all of them without a name."""
        self._look_for_another_file()
        with using(self._db_url), self._database.writing(self._assignment.name, item) as connection:
            yield connection

    def _work(self, connection: Connection, item: str) -> Work:
        known = self._assignment.item(item)
        if item not in self._cells:
            self._cells[item] = desk_rows.cells_of(connection, self._assignment.name, known)
        return Work(
            connection, self._assignment.name, known, self._cells[item], self._clock(), self._lease_s, self._owners,
            self._rubrics[item], self._shows_rubric,
        )  # fmt: skip
