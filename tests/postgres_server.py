"""A Postgres server of our own, behind a socket in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text


def server_programs() -> Path | None:
    """Return the folder with initdb and pg_ctl; Debian keeps it off the PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders and (folders[-1] / "pg_ctl").exists() else None


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Give the address of a server without the name of a database, which is to be filled in; skip without one."""
    programs = server_programs()
    if programs is None:
        pytest.skip("no Postgres server is installed here")
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    with tempfile.TemporaryDirectory(
        prefix="autograder-postgres-", dir="/tmp"
    ) as name:  # a socket's path has 107 characters
        folder = Path(name)
        if user:
            shutil.chown(folder, user)

        def run(program: str, *words: str) -> None:
            command = [str(programs / program), "-D", str(folder / "data"), *words]
            subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=300)

        run("initdb", "--username", "grader", "--auth", "trust", "--no-sync", "--encoding", "UTF8")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run("pg_ctl", "-l", str(folder / "log"), "-o", options, "-w", "-t", "240", "start")
        try:
            yield f"postgresql+psycopg://grader@/{{name}}?host={folder}"
        finally:
            run("pg_ctl", "-m", "immediate", "-w", "stop")


def new_database(server: str, template: str = "template1") -> str:
    """Make a database, a copy of another if one is named, and return its name."""
    name = f"grades_{os.urandom(4).hex()}"
    engine = create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()
    return name
