"""What this machine has, what it lacks, and the command that mends it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from .session.launcher import layer_problems

PACKAGES = ("nbgrader", "tensorflow", "keras", "numpy", "matplotlib", "ipython", "distributed", "pytest")
REMEDIES = {
    "landlock": "use Linux 6.7 or newer with Landlock switched on (`lsm=landlock,...` on the kernel command line)",
    "seccomp": "install libseccomp (Debian and Ubuntu: apt-get install libseccomp2; Fedora: dnf install libseccomp)",
    "limits": "raise the hard limits of this shell (`ulimit -Ha` shows them)",
    "privileges": "start the grader as an ordinary user",
    "probe": "grade on Linux; on other systems only `--sandbox=weak` works",
}
DATA_FILES = ("mnist/train-images-idx3-ubyte.gz", "sst/datasetSentences.txt")


@dataclass(frozen=True)
class Line:
    """One thing that was looked at; `remedy` is empty when it is fine."""

    subject: str
    state: str
    remedy: str = ""


def examine(course_dir: Path) -> list[Line]:
    """Return what was found, in the order in which it matters."""
    return [*_packages(), *_sandbox(), *_data(course_dir), *_machine()]


def _packages() -> Iterator[Line]:
    yield Line("python", sys.version.split()[0])
    for name in PACKAGES:
        for distribution in (name, f"{name}-cpu"):
            try:
                yield Line(name, metadata.version(distribution))
                break
            except metadata.PackageNotFoundError:
                continue
        else:
            yield Line(name, "missing", "run `make setup`")


def _sandbox() -> Iterator[Line]:
    for layer, problem in layer_problems().items():
        state = f"not available: {problem}" if problem else "in force"
        yield Line(f"sandbox {layer}", state, REMEDIES[layer] if problem else "")


def _data(course_dir: Path) -> Iterator[Line]:
    folders = [Path(os.environ["HW4_DATA"])] if os.environ.get("HW4_DATA") else []
    folders.append(course_dir / "datasets" / "data")
    for name in DATA_FILES:
        found = next((folder for folder in folders if (folder / name).is_file()), None)
        remedy = "" if found else "only needed to train: sh datasets/get_datasets.sh, or set HW4_DATA"
        yield Line(f"data {name}", str(found) if found else "not here", remedy)


def _machine() -> Iterator[Line]:
    yield Line("cores", str(usable_cores()))


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
