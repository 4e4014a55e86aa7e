"""Transactions on the gradebook's database: who writes waits for the other writers, who reads waits for nobody."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from ..model.errors import ConfigError

LOCK_TIMEOUT_S = 30.0  # SQLite has one writer at a time; formgrader holds the file for milliseconds
# Where SQLite's write-ahead log works: it needs memory that all processes share, which network file systems lack.
LOCAL_FILE_SYSTEMS = frozenset("apfs btrfs ext2 ext3 ext4 f2fs hfs ntfs overlay tmpfs ufs xfs zfs".split())


FileNumber = tuple[int, int]  # its disk, and its place there


class Database:
    """One gradebook, open for many transactions of many threads."""

    def __init__(self, db_url: str) -> None:
        """Connect at the first transaction."""
        self._engine = create_engine(db_url, connect_args=patience(db_url))
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _leave_transactions_to_us)
            event.listen(self._engine, "begin", _begin)
            event.listen(self._engine, "do_connect", _refuse_missing)
            event.listen(self._engine, "connect", _note_file)
            event.listen(self._engine, "checkout", _refuse_replaced)
        self._writer = self._engine.execution_options(writes=True)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a transaction that only reads."""
        with self._engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self, assignment: str, item: str = "") -> Iterator[Connection]:
        """Give a transaction that sees all of the one before: none runs beside it on the same item.

        Without an item, none runs beside it on the whole assignment. On SQLite no other writer runs beside it at all.
        """
        with self._writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                whole, one = {"key": f"autograder {assignment}"}, {"key": f"autograder {assignment} {item}"}
                if item:
                    connection.execute(text("SELECT pg_advisory_xact_lock_shared(hashtext(:key))"), whole)
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), one if item else whole)
            yield connection

    @property
    def file(self) -> FileNumber | None:
        """Which file an SQLite gradebook is now: another one when somebody has put it back from a copy."""
        is_file = self._engine.dialect.name == "sqlite" and self._engine.url.database
        return _number(str(self._engine.url.database)) if is_file else None

    def keep_log_beside(self) -> None:
        """Let readers and the writer of an SQLite file on a local disk not wait for each other."""
        path = self._engine.url.database or ""
        if self._engine.dialect.name != "sqlite" or _file_system(Path(path)) not in LOCAL_FILE_SYSTEMS:
            return
        # somebody has the file open: the next start of the desk will do
        with contextlib.suppress(sqlite3.OperationalError), contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")


def patience(db_url: str) -> dict[str, Any]:
    """Return the driver's setting for how long to wait for somebody else's lock; Postgres would wait for ever."""
    if db_url.startswith("sqlite"):
        return {"timeout": LOCK_TIMEOUT_S}
    return {"options": f"-c lock_timeout={1000 * LOCK_TIMEOUT_S:.0f}"} if db_url.startswith("postgresql") else {}


def _leave_transactions_to_us(connection: sqlite3.Connection, _: object) -> None:
    """Keep Python's driver from beginning a transaction only at the first change, after what was read for it."""
    connection.isolation_level = None


def _number(path: str) -> FileNumber | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _refuse_missing(dialect: object, record: object, args: list[str], settings: object) -> None:
    """Never begin an empty gradebook in the place of one that is gone."""
    if _number(args[0]) is None:
        raise ConfigError(f"The gradebook {args[0]} is gone: put it back, or run `autograder grade` to make a new one.")


def _note_file(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
    # What was saved is in the file itself at once, not only in the log beside it: people copy the file alone.
    connection.execute("PRAGMA wal_autocheckpoint=1")
    record.info["path"] = connection.execute("PRAGMA database_list").fetchone()[2]
    record.info["file"] = _number(record.info["path"])


def _refuse_replaced(connection: object, record: ConnectionPoolEntry, _: object) -> None:
    """Have a connection made anew when its file was moved away: nobody would ever see what is written to that."""
    if _number(record.info["path"]) != record.info["file"]:
        raise DisconnectionError("The gradebook was replaced.")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _file_system(path: Path) -> str:
    """Return the kind of file system that a file lies on, "" if nobody knows."""
    place = path.resolve()
    kinds = {Path(partition.mountpoint): partition.fstype for partition in psutil.disk_partitions(all=True)}
    return next((kinds[folder] for folder in place.parents if folder in kinds), "")
