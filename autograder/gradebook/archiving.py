"""The gradebook of a term that ends: nobody may have it open, and it becomes one file of its own."""

import contextlib
import sqlite3
import time
from pathlib import Path

from nbgrader import api
from sqlalchemy import Connection, NullPool, Table, create_engine, func, insert, inspect, select

from ..model.errors import ConfigError
from .database import patience
from .desk_tables import LEASE, METADATA
from .registration import ORIGIN, address, create_tables, is_there, using

LOCK_TIMEOUT_S = 3.0
MOST_ROWS = 1_000  # that are in memory at a time
END_IT = "end the marking desk, formgrader and every nbgrader command, then run this again"


def sqlite_file(db_url: str) -> Path | None:
    """Return the file of a gradebook, None where a server keeps it."""
    url = address(db_url)
    return Path(url.database) if url.drivername.startswith("sqlite") and url.database else None


def refuse_markers_at_work(db_url: str) -> None:
    """Raise ConfigError while somebody has an answer open at the desk, on whatever machine."""
    if not is_there(db_url):
        return
    with (
        using(db_url),
        create_engine(db_url, poolclass=NullPool, connect_args=patience(db_url)).connect() as connection,
    ):
        if inspect(connection).has_table(LEASE.name):
            busy = select(func.min(LEASE.c.marker)).where(LEASE.c.until > time.time())
            if marker := connection.execute(busy).scalar():
                raise ConfigError(f"{marker} has an answer open at the marking desk: {END_IT}.")


def close_file(path: Path) -> None:
    """Bring all that was saved into the file itself, so that it can be moved alone.

    Raises:
        ConfigError: Another process has it open, or it is damaged.
    """
    if not path.is_file():
        return
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=LOCK_TIMEOUT_S, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            # A log beside the file is given up only when no other process has the file open.
            connection.execute("PRAGMA journal_mode=DELETE").fetchall()
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise ConfigError(f"Another program has {path} open: {END_IT}.") from error
        raise ConfigError(f"The gradebook {path} cannot be used: {error}.") from error
    except sqlite3.DatabaseError as error:
        raise ConfigError(f"The gradebook {path} cannot be used: {error}.") from error


def copy_to_file(db_url: str, path: Path) -> None:
    """Copy all rows of a gradebook on a server, as they are at one moment, into a file of SQLite.

    Raises:
        ConfigError: The gradebook cannot be read, or the file cannot be written.
    """
    copy = f"sqlite:///{path}"
    with using(copy):
        create_tables(copy)
        target = create_engine(copy, poolclass=NullPool)
    with using(db_url):
        source = create_engine(db_url, poolclass=NullPool, connect_args=patience(db_url))
        with source.connect().execution_options(isolation_level="REPEATABLE READ") as rows, target.begin() as written:
            ORIGIN.create(written, checkfirst=True)
            METADATA.create_all(written)
            there = set(inspect(rows).get_table_names())
            for table in (*api.Base.metadata.sorted_tables, ORIGIN, *METADATA.sorted_tables):
                if table.name in there:
                    _copy(table, rows, written)


def _copy(table: Table, rows: Connection, written: Connection) -> None:
    known = {column["name"] for column in inspect(rows).get_columns(table.name)}
    columns = [column for column in table.columns if column.name in known]
    for part in rows.execution_options(yield_per=MOST_ROWS).execute(select(*columns)).mappings().partitions():
        written.execute(insert(table), [dict(row) for row in part])
