"""Run a notebook in a fresh process of this Python as the grader does, and read what happened there."""

import contextlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from .asked import Asked, Notebook, Role
from .cell_plan import Cell
from .problems import Unusable
from .run_limits import Limits

FRESH_PROCESS = Path(__file__).with_name("fresh_process.py")
JOB, RESULTS = "job.json", "results.jsonl"  # as in fresh_process
LOAD_S = 300.0  # TensorFlow takes 5 s, and a minute or two from a slow disk
LOOK_S = 0.05
END_S = 10.0  # for a process that was killed
MOST_STOPPED = 3  # cells of a notebook that end their process; each costs a new one, which loads the libraries again
STOPPED = 1_000  # in the place of an exit code: this program ended it
MAX_TEXT = 300  # characters of what was raised
COLOURS = re.compile(r"\x1b\[[\d;]*m")
KERAS_FRAME = "Exception encountered when calling"  # Keras writes such a line above the one that says what is wrong
ONE_CORE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


class Started(Protocol):
    """A process."""

    def poll(self) -> int | None:
        """Return its exit code, None while it runs."""

    def kill(self) -> None:
        """End it."""


Start = Callable[[Path, Mapping[str, str]], Started]  # with the folder of a job, and the environment


@dataclass(frozen=True)
class Outcome:
    """A statement of a cell, or a whole cell, that did not run."""

    cell: Cell
    error: str  # type and text, as Python shows them
    line: int | None = None  # None for the whole cell
    statement: str = ""

    @property
    def text(self) -> str:
        """A sentence that says where, and what was raised."""
        place = f"Line {self.line} of {self.cell.place}" if self.line else self.cell.place
        return f"{place[:1].upper()}{place[1:]} could not run: {self.error}"


@dataclass
class Ran:
    """What a run showed."""

    outcomes: list[Outcome] = field(default_factory=list)
    defined: list[str] = field(default_factory=list)  # of the functions asked for
    unwritten: list[str] = field(default_factory=list)  # of these, those that raise NotImplementedError or do nothing
    lacks: dict[str, list[str]] = field(default_factory=dict)  # names that they read and nothing defines, by function
    tried: set[str] = field(default_factory=set)  # names that the visible checks use which could be run
    made_in: dict[str, list[Cell]] = field(default_factory=dict)  # the cells that define each of them, in order
    printed: dict[str, str] = field(default_factory=dict)  # by the visible checks that could be run, by id
    raised: dict[str, str] = field(default_factory=dict)  # by those of them that ended in an error


def start(folder: Path, environment: Mapping[str, str]) -> Started:
    """Start the process of a job. It has no keyboard, no window, and no screen for what is printed."""
    return subprocess.Popen(
        [sys.executable, "-B", str(FRESH_PROCESS), str(folder)],
        cwd=folder / "scratch",
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def run(
    asked: Asked, name: str, cells: Sequence[Cell], modules: Mapping[str, bytes], *,
    limits: Limits = Limits(), start: Start = start,
) -> Ran:  # fmt: skip
    """Return what happens when these cells of a notebook run.

    Raises:
        Unusable: They cannot be run here; the text says why.
    """
    if importlib.util.find_spec("IPython") is None:
        raise Unusable("IPython is missing in this Python. Install it, or run this in the Python of your notebooks")
    with tempfile.TemporaryDirectory(prefix="handin-", ignore_cleanup_errors=True) as folder:
        ran = _Run(asked, asked.notebooks[name], cells, Path(folder).resolve(), limits)
        try:
            ran.prepare(modules)
        except OSError as error:  # shutil has a list of all files for a reason
            reason = error.strerror or "no room is left"
            raise Unusable(f"the folder for temporary files, {folder}, cannot be written ({reason})") from error
        ran.repeat(start)
        return ran.found


class _Run:
    """One notebook, and the processes that run it: a new one without the cell that ended the one before."""

    def __init__(self, asked: Asked, notebook: Notebook, cells: Sequence[Cell], folder: Path, limits: Limits) -> None:
        self._asked, self._notebook, self._cells, self._limits = asked, notebook, cells, limits
        self._folder = folder
        self._stopped: dict[int | str, str] = {}  # number of a cell or id of a visible check, and why
        self.found = Ran()

    def prepare(self, modules: Mapping[str, bytes]) -> None:
        """Put the kit and the student's modules where the process finds them."""
        for name in ("kit", "scratch"):
            (self._folder / name).mkdir()
        if self._asked.kit:
            spec = importlib.util.find_spec(self._asked.kit)
            if spec is None or not spec.submodule_search_locations:
                raise Unusable(f"the folder {self._asked.kit} is missing: take it from the release")
            ignore = shutil.ignore_patterns("__pycache__")
            copy = self._folder / "kit" / self._asked.kit
            shutil.copytree(spec.submodule_search_locations[0], copy, ignore=ignore)
            for name in self._asked.ungraded:  # the grader has no such folders of the kit
                shutil.rmtree(copy / name, ignore_errors=True)
        for path, data in modules.items():
            target = self._folder / "scratch" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    def repeat(self, start: Start) -> None:
        """Run until nothing ends the process."""
        deadline = time.monotonic() + LOAD_S + self._limits.notebook_cpu_s * self._limits.wall_factor
        while True:
            self._write_job()
            began, code, is_done = self._follow(start, deadline)
            if is_done:
                return
            if began is None:
                raise Unusable(f"Python could not be started for them ({_ending(code, self._limits)})")
            self._stopped[began] = _ending(code, self._limits)
            if len(self._stopped) > MOST_STOPPED or time.monotonic() > deadline:
                raise Unusable(f"{len(self._stopped)} cells had to be stopped (the last one: {self._stopped[began]})")

    def _write_job(self) -> None:
        texts = "\n".join(cell.source for cell in self._cells)
        given = {role: [cell for cell in self._notebook.cells if cell.role is role] for role in Role}
        job = {
            "cells": [cell.source for cell in self._cells],
            "skip": list(self._stopped),
            "functions": list(self._notebook.written_in),
            "tries": {cell.id: cell.source for cell in given[Role.TRY]},
            "skipped": [cell.source for cell in given[Role.TRAINING]],
            "libraries": [name for name in self._asked.libraries if name in texts],
            "packages": list(self._asked.packages),
            "kit": self._asked.kit,
            "kit_dir": str(self._folder / "kit"),
            "scratch": str(self._folder / "scratch"),
            "cell_cpu_s": self._limits.cell_cpu_s,
            "memory_mib": self._limits.memory_mib,
        }
        (self._folder / JOB).write_text(json.dumps(job), encoding="utf-8")
        (self._folder / RESULTS).write_bytes(b"")

    def _follow(self, start: Start, deadline: float) -> tuple[int | str | None, int, bool]:
        """Run a process to its end; return what it was at last, its exit code, and whether it got through."""
        process = start(self._folder, self._environment())
        self.found = Ran()
        steps, began = _Steps(self._folder / RESULTS), None
        patience_s, last, is_done = LOAD_S, time.monotonic(), False
        try:
            while True:
                code = process.poll()
                for step in steps.new():
                    last, patience_s = time.monotonic(), self._limits.cell_cpu_s * self._limits.wall_factor
                    began = step.get("begin")
                    is_done = is_done or bool(step.get("done"))
                    self._note(step)
                if code is not None or is_done:
                    break
                if time.monotonic() > min(last + patience_s, deadline):
                    code = STOPPED
                    break
                time.sleep(LOOK_S)
        finally:
            process.kill()
            ended = time.monotonic() + END_S
            while process.poll() is None and time.monotonic() < ended:
                time.sleep(LOOK_S)
        self._note_stopped()
        return began, code or 0, is_done

    def _environment(self) -> dict[str, str]:
        """Return the environment of the process: no graphics card, no windows, no settings and data of the user's."""
        own = f"{self._asked.name.upper()}_"
        kept = {key: value for key, value in os.environ.items() if not key.upper().startswith((own, "PYTHONPATH"))}
        scratch = str(self._folder / "scratch")
        return kept | dict.fromkeys(ONE_CORE, "1") | {
            "IPYTHONDIR": scratch, "KERAS_HOME": scratch, "MPLBACKEND": "Agg", "CUDA_VISIBLE_DEVICES": "-1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }  # fmt: skip

    def _note(self, step: dict[str, Any]) -> None:
        if "cell" in step:
            cell = self._cells[step["cell"]]
            self.found.outcomes += _outcomes(cell, step)
            for function in step["made"]:
                self.found.made_in.setdefault(function, []).append(cell)
        elif "defined" in step:
            self.found.defined, self.found.unwritten = step["defined"], step["unwritten"]
            self.found.lacks = step["lacks"]
        elif "reads" in step:
            self.found.tried.update(step["reads"])
        elif "tried" in step:
            self.found.printed[step["tried"]] = step["printed"]
            if step["error"] is not None:
                self.found.raised[step["tried"]] = _error_text(step["error"])

    def _note_stopped(self) -> None:
        for place, why in self._stopped.items():
            if isinstance(place, int):
                self.found.outcomes.append(Outcome(self._cells[place], why))
            else:
                self.found.printed[place], self.found.raised[place] = "", why
        self.found.outcomes.sort(key=lambda outcome: self._cells.index(outcome.cell))


class _Steps:
    """Reads the lines that a process adds to a file."""

    def __init__(self, path: Path) -> None:
        self._path, self._at = path, 0

    def new(self) -> Iterator[dict[str, Any]]:
        """Yield what whole lines say that are new."""
        with open(self._path, "rb") as file:
            file.seek(self._at)
            *lines, rest = file.read().split(b"\n")
            self._at = file.tell() - len(rest)
        for line in lines:
            with contextlib.suppress(ValueError):
                yield json.loads(line)


def _outcomes(cell: Cell, step: dict[str, Any]) -> Iterator[Outcome]:
    if step["whole"] is not None:
        yield Outcome(cell, _error_text(step["whole"]), step["whole"].get("line"))
    lines = cell.source.split("\n")
    for failure in step["failures"]:
        inside, first, last = failure["function"], failure["first"], failure["last"]
        where = f" (in {inside}, line {failure['line']} of its cell)" if inside else ""
        line = first if inside or not failure["line"] else failure["line"]
        yield Outcome(cell, _error_text(failure) + where, line, "\n".join(lines[first - 1 : last]))


def _error_text(described: dict[str, Any]) -> str:
    """Return type and text of an error, in the line of it that says what is wrong."""
    lines = [line.strip() for line in COLOURS.sub("", described["text"]).splitlines() if line.strip()]
    text = next((line for line in lines if not line.startswith(KERAS_FRAME)), described.get("source", ""))
    return f"{described['type']}: {text}"[:MAX_TEXT] if text else described["type"]


def _ending(code: int, limits: Limits) -> str:
    if code == STOPPED or -code == getattr(signal, "SIGXCPU", 0):  # which Windows does not have
        return f"it took longer than {limits.cell_cpu_s:g} s"
    return f"it ended Python (exit code {code})"
