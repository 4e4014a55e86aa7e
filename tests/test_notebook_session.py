"""What a student sees in a notebook whose cells were changed, failed, or are not written yet."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from waiting import DEADLINE_S

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))
from hw4kit import short_errors
from hw4kit.cell_watch import CellWatch

SOURCE_DIR = Path(__file__).resolve().parents[1] / "source" / "hw4"
START = f"""import sys
sys.path.insert(0, {str(SOURCE_DIR)!r})
from hw4kit import short_errors
from hw4kit.visible import visible_check
short_errors.install()"""
CHECK = """with visible_check("f") as see:
    see("it returns 1", f() == 1, f())"""
WRITTEN = "def f():\n    return 1"
PRAISED = "ok  it returns 1; yours: 1\nf: 1 of 1 are ok; the hidden checks test more.\n"


def ran(*sources: str | tuple[str, str], env: dict[str, str] | None = None) -> list[str]:
    """Run cells one after another in a kernel, whatever raises; return what each showed. A pair is id and source."""
    cells = [new_code_cell(START)]
    for source in sources:
        cells.append(new_code_cell(source) if isinstance(source, str) else new_code_cell(source[1], id=source[0]))
    notebook = new_notebook(cells=cells)
    before = {name: os.environ.get(name) for name in env or {}}
    os.environ.update(env or {})
    try:
        NotebookClient(notebook, timeout=DEADLINE_S, allow_errors=True).execute()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
    return ["".join(output.get("text", "\n".join(output.get("traceback", ()))) for output in cell.outputs)
            for cell in notebook.cells[1:]]  # fmt: skip


def test_a_function_whose_cell_failed_since_is_not_praised() -> None:
    """Be it no Python or an error on the way; once the cell runs, the check looks at the function again."""
    broken, interrupted = "def f(:\n    return 1", "1 / 0\n\ndef f():\n    return 1"
    shown = ran(WRITTEN, CHECK, broken, CHECK, interrupted, CHECK, WRITTEN, CHECK)

    assert shown[1] == PRAISED
    what_to_do = "correct and run it, then this one again.\n"
    assert shown[3] == f"NO  The cell of `f` stopped with SyntaxError in line 1: {what_to_do}"
    assert shown[5] == f"NO  The cell of `f` stopped with ZeroDivisionError: {what_to_do}"
    assert shown[7] == PRAISED


def test_a_function_that_was_never_made_is_told_by_its_cell() -> None:
    """That it is not defined is true and helps nobody."""
    (_, said) = ran("def f(:\n    return 1", CHECK)

    assert said.startswith("NO  The cell of `f` stopped with SyntaxError in line 1")


def test_what_fails_below_the_function_does_not_count() -> None:
    """The function is the one of the cell then."""
    assert ran(f"{WRITTEN}\n\n1 / 0", CHECK)[1] == PRAISED


def run_cell(watch: CellWatch, names: dict[str, Any], source: str, cell_id: str | None) -> None:
    """Do what IPython does around a cell."""
    info = SimpleNamespace(raw_cell=source, cell_id=cell_id)
    watch.before(info)
    error = None
    try:
        exec(source, names)
    except Exception as raised:
        error = raised
    watch.after(SimpleNamespace(info=info, error_before_exec=None, error_in_exec=error))


def test_a_cell_that_no_longer_defines_its_function_is_told() -> None:
    """Whoever renames it loses it in the grader; where the program does not name cells nothing is said."""
    for cell_id, expected in (("one", "The cell of `f` does not define `f` any more: "), (None, "")):
        names: dict[str, Any] = {}
        watch = CellWatch(names)
        run_cell(watch, names, WRITTEN, cell_id)
        run_cell(watch, names, "def g():\n    return 1", cell_id)

        assert watch.problem("f").startswith(expected)
        assert bool(watch.problem("f")) == bool(expected)
        assert watch.problem("g") == ""


def test_the_ipython_of_colab_names_no_cells() -> None:
    """Its events lack the attribute."""
    names: dict[str, Any] = {}
    watch = CellWatch(names)
    info = SimpleNamespace(raw_cell=WRITTEN)
    watch.before(info)
    exec(WRITTEN, names)
    watch.after(SimpleNamespace(info=info, error_before_exec=None, error_in_exec=None))

    assert watch.problem("f") == ""


@pytest.mark.parametrize(
    ("saved", "later", "is_old"),
    [
        ("def f():\n    return 2", True, True),
        ("def f():\n    return 2", False, False),  # saved before the cell ran
        ("def f():\n    return 1  \n", True, False),
        ("def g():\n    return 2", True, False),
    ],
)
def test_a_cell_that_was_edited_and_saved_but_not_run_is_told(
    saved: str, later: bool, is_old: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file says what the kernel cannot know."""
    names: dict[str, Any] = {}
    watch = CellWatch(names)
    run_cell(watch, names, WRITTEN, None)
    path = tmp_path / "work.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(saved)]), path)
    seconds = path.stat().st_mtime + (60 if later else -60)
    os.utime(path, (seconds, seconds))
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))

    assert bool(watch.problem("f")) == is_old
    if is_old:
        assert watch.problem("f") == "The cell of `f` was changed and not run: run it, then this one again."


@pytest.mark.parametrize("content", [b"", b"{", b'{"cells": 3}', b"[]", b'{"cells": [{"cell_type": "code"}]}', b"\xff"])
def test_a_file_that_is_no_notebook_says_nothing(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be half written."""
    names: dict[str, Any] = {}
    watch = CellWatch(names)
    run_cell(watch, names, WRITTEN, None)
    path = tmp_path / "work.ipynb"
    path.write_bytes(content)
    os.utime(path, (4e9, 4e9))
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))

    assert watch.problem("f") == ""


def test_what_is_not_written_or_not_run_yet_is_one_line() -> None:
    """Of a function that only raises, and of what given cells make; other errors keep their traceback."""
    unwritten = 'def generator():\n    raise NotImplementedError("Write this function.")'
    shown = ran(unwritten, "print(generator())", "print(run)", "print(rnu)", "def f():\n    return run\nf()")

    assert shown[1] == "`generator` is not written yet: write it, run its cell, then this one again."
    assert shown[2] == '`run` is not there yet: run the cells under "5 Training", then this one again.'
    for traceback in shown[3:]:
        assert "Traceback" in traceback
        assert "NameError" in traceback


def test_in_a_lab_any_missing_name_is_one_line() -> None:
    """There all cells are given; also of a function whose cell ran, and of a name that Part I has, too."""
    started = "get_ipython().set_custom_exc((), None)  # START has installed it\nshort_errors.install(in_lab=True)"
    shown = ran(started, "print(network)", "def f():\n    return network\nf()", "print(run)", "1 / 0")

    line = "`{}` is not there yet: run all cells above this one. If you wrote that name, check its spelling."
    assert shown[1:4] == [line.format("network"), line.format("network"), line.format("run")]
    assert "ZeroDivisionError" in shown[4]


def test_headings_that_are_named_are_there() -> None:
    """Each has, before the next heading, the cell that makes what is looked for."""
    makers: dict[str, set[str]] = {}
    for name in ("hw4_partI", "hw4_partII"):
        heading = ""
        for cell in json.loads((SOURCE_DIR / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]:
            text = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                headings = [line.lstrip("# ").partition(" (")[0] for line in text.splitlines() if line.startswith("#")]
                heading = headings[-1] if headings else heading
            else:
                for made in short_errors.MADE_UNDER:
                    if any(line.startswith(f"{made} = ") for line in text.splitlines()):
                        makers.setdefault(made, set()).add(heading)

    assert makers == {made: {heading} for made, heading in short_errors.MADE_UNDER.items()}


def test_other_programs_that_show_errors_their_way_keep_it() -> None:
    """Colab shows missing packages in a way of its own."""
    theirs = textwrap.dedent(
        """
        shell = get_ipython()
        shell.set_custom_exc((ImportError,), lambda shell, kind, error, trace, tb_offset=None: print("their way"))
        short_errors.install()
        """
    )
    shown = ran(theirs, "import no_such_module", "print(run)")

    assert shown[1] == "their way\n"
    assert shown[2].startswith("`run` is not there yet")
