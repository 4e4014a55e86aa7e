"""A Dask scheduler and workers as separate processes on loopback, the way clusters start them."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from waiting import DEADLINE_S

TESTS = Path(__file__).resolve().parent
TLS = "DASK_DISTRIBUTED__COMM__TLS"


@dataclass
class Cluster:
    """A running cluster: its address, the workers, and the environment in which its clients run."""

    address: str
    workers: list[subprocess.Popen]
    environment: dict[str, str]


@contextlib.contextmanager
def cluster(folder: Path, workers: int = 3, settings: Mapping[str, str] = {}, host: str = "tcp://127.0.0.1"
) -> Iterator[Cluster]:  # fmt: skip
    """Start a scheduler and workers with these environment variables; at the end all are gone."""
    paths = f"{TESTS}{os.pathsep}{TESTS.parent}"
    environment = {**os.environ, "PYTHONPATH": paths, "TMPDIR": str(folder), **settings}
    file, log = folder / "scheduler.json", folder / "log"
    started: list[subprocess.Popen] = []

    def start(*words: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "dask", *words]
        with log.open("ab") as output:
            started.append(subprocess.Popen(command, env=environment, stdout=output, stderr=output, cwd=folder))
        return started[-1]

    try:
        start("scheduler", "--scheduler-file", str(file), "--host", host, "--port", "0", "--no-dashboard")
        deadline = time.monotonic() + DEADLINE_S
        while not file.exists():
            assert time.monotonic() < deadline, log.read_text()
            assert started[0].poll() is None, log.read_text()
            time.sleep(0.02)
        worker = ("worker", "--scheduler-file", str(file), "--no-nanny", "--nthreads", "1", "--no-dashboard")
        hands = [start(*worker, "--host", host.partition("//")[2]) for _ in range(workers)]
        yield Cluster(json.loads(file.read_text())["address"], hands, environment)
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait()


def certificates(folder: Path) -> dict[str, str]:
    """Write a certificate that everybody shares; return the settings with which Dask uses it, and nothing else."""
    from distributed.security import Security

    made, settings = Security.temporary(), {"DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true"}
    texts = {"CA_FILE": made.tls_ca_file}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        part = role.lower()
        texts |= {f"{role}__CERT": getattr(made, f"tls_{part}_cert"), f"{role}__KEY": getattr(made, f"tls_{part}_key")}
    for name, text in texts.items():
        path = folder / f"{name.lower()}.pem"
        path.write_text(text)
        settings[f"{TLS}__{name}"] = str(path)
    return settings
