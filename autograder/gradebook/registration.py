"""Register the assignment in the gradebook: its notebooks, its sheets, their cells and points."""

import contextlib
import hashlib
import json
import os
import shlex
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nbgrader import api, dbutil
from sqlalchemy import Column, Connection, MetaData, String, Table, create_engine, insert, inspect, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from ..course import sheets
from ..course.course_settings import CourseSettings
from ..model.assignment import Assignment
from ..model.error_lines import sentence
from ..model.errors import ConfigError
from ..nbgrader import release

# What a row of nbgrader's was made from. It tells a regrade of the same files from a new submission, and a changed
# assignment from an unchanged one; nbgrader has no column for it.
ORIGIN = Table(
    "autograder_origin",
    MetaData(),
    Column("id", String(32), primary_key=True),
    Column("digest", String(64), nullable=False),
)


def register(assignment: Assignment, settings: CourseSettings, db_url: str) -> None:
    """Register the assignment in the gradebook: its notebooks and sheets with their cells and points.

    Gives the same rows as `nbgrader generate_assignment`; does nothing when it has done so for the same sources.

    Raises:
        ConfigError: The gradebook cannot be opened, or it holds submissions and cells came or went since then.
    """
    config = settings.nbgrader
    notebooks = {name: assignment.source_notebook(name) for name in assignment.notebooks}
    notebooks |= {name: sheets.to_notebook(assignment.sheet(name), None) for name in assignment.sheets}
    made_from = json.dumps([notebooks, config.GenerateAssignment, config.ClearSolutions], sort_keys=True)
    digest = hashlib.sha256(made_from.encode()).hexdigest()
    with using(db_url):
        create_tables(db_url)
        with api.Gradebook(db_url, config.CourseDirectory.get("course_id", "")) as book:
            row_id = book.update_or_create_assignment(assignment.name).id
            _remove_old_notebooks(book, assignment.name, notebooks.keys())
            with book.engine.begin() as connection:
                ORIGIN.create(connection, checkfirst=True)
                known = connection.execute(select(ORIGIN.c.digest).where(ORIGIN.c.id == row_id)).scalar()
                if known == digest:
                    return
        for name, notebook in notebooks.items():
            _register_cells(name, notebook, assignment.name, config, db_url)
        with api.Gradebook(db_url) as book, book.engine.begin() as connection:
            set_origin(connection, row_id, digest, is_new=known is None)


@contextlib.contextmanager
def using(db_url: str) -> Iterator[None]:
    """Raise ConfigError that says, without the password, why a gradebook cannot be used."""
    shown = address(db_url).render_as_string(hide_password=True)
    try:
        yield
    except (SQLAlchemyError, api.InvalidEntry, ImportError) as error:  # ImportError: the driver in the address
        reason = str(error).splitlines()[0].rstrip(".")
        raise ConfigError(f"The gradebook {shown} cannot be used: {reason}.") from error


def address(db_url: str) -> URL:
    """Return the address of a gradebook in its parts. Raises ConfigError for anything else."""
    try:
        url = make_url(db_url)
        url.render_as_string(hide_password=True)
        return url
    except UnicodeEncodeError as error:  # a path with characters that the shell's locale does not support
        raise ConfigError(sentence(error)) from error
    except (ArgumentError, ValueError) as error:  # the text may hold a password
        raise ConfigError(
            "c.CourseDirectory.db_url of nbgrader_config.py is not the address of a gradebook; examples: "
            "sqlite:////path/gradebook.db or postgresql+psycopg://user@host/name."
        ) from error


def is_there(db_url: str) -> bool:
    """Whether there is such a gradebook, as far as that can be told without opening it."""
    url = address(db_url)
    return not url.drivername.startswith("sqlite") or bool(url.database and Path(url.database).is_file())


def let_nbgrader_find_alembic() -> None:
    """Put this interpreter's programs on PATH: nbgrader calls `alembic` by name when it creates a gradebook."""
    folder = str(Path(sys.executable).parent)
    folders = os.environ.get("PATH", "").split(os.pathsep)
    if folder not in folders:
        os.environ["PATH"] = os.pathsep.join([*folders, folder])


def set_origin(connection: Connection, row_id: str, digest: str, *, is_new: bool) -> None:
    """Note the digest of what a row was made from; `is_new` says that none was noted before."""
    if is_new:
        connection.execute(insert(ORIGIN).values(id=row_id, digest=digest))
    else:
        connection.execute(update(ORIGIN).where(ORIGIN.c.id == row_id).values(digest=digest))


def create_tables(db_url: str) -> None:
    """Create a gradebook's tables with their version, if there are none; nbgrader starts a program, which takes 3 s."""
    with create_engine(db_url, poolclass=NullPool).begin() as connection:
        if not inspect(connection).get_table_names():
            from alembic.migration import MigrationContext  # takes 0.25 s
            from alembic.script import ScriptDirectory

            api.Base.metadata.create_all(connection)
            MigrationContext.configure(connection).stamp(ScriptDirectory(dbutil.ALEMBIC_DIR), "head")


def _register_cells(name: str, notebook: Any, assignment_name: str, config: Any, db_url: str) -> None:
    try:
        release.convert(notebook, name, assignment_name, config, db_url=db_url)
    except ConfigError as error:
        if "submissions associated" not in str(error):
            raise
        raise ConfigError(
            f"Cells of {name} were added or removed, but the gradebook has submissions with the old ones: "
            f"undo that, or {_start_again(assignment_name)}"
        ) from error


def _start_again(assignment: str) -> str:
    """Return how to begin one assignment anew; the gradebook has the others of the course, too."""
    return (
        f"keep a copy of the gradebook, run `nbgrader db assignment remove {shlex.quote(assignment)} --force`, which "
        "also removes what people gave for it in formgrader, and grade again."
    )


def _remove_old_notebooks(book: api.Gradebook, assignment: str, wanted: Iterable[str]) -> None:
    row = book.find_assignment(assignment)
    for name in {notebook.name for notebook in row.notebooks} - set(wanted):
        if row.submissions:
            raise ConfigError(
                f"{name} was removed from the assignment, but the gradebook has submissions of it: "
                f"restore it, or {_start_again(assignment)}"
            )
        book.remove_notebook(name, assignment)
