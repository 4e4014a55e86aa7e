"""When people marked: the desk keeps a time of each mark; nbgrader's tables, which formgrader writes to, have none."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import NullPool, create_engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from ..model.errors import ConfigError
from .desk_tables import MARK
from .registration import address


def last_marked_at(db_url: str, assignment: str) -> datetime | None:
    """Return when the newest mark of the desk was given, in UTC; None without one, or a gradebook that can be read."""
    with contextlib.suppress(ConfigError, SQLAlchemyError, ImportError, ValueError, OverflowError, OSError):
        url = address(db_url)
        if url.drivername.startswith("sqlite") and not Path(url.database or "").is_file():
            return None
        newest = select(func.max(MARK.c.at)).where(MARK.c.assignment == assignment)
        with create_engine(url, poolclass=NullPool).connect() as connection:
            seconds = connection.execute(newest).scalar()
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    return None
