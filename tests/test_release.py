"""Does the release give students everything they need, the same bytes each time, and nothing of the instructor's?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import small_course
from hypothesis import given
from hypothesis import strategies as st

from autograder.model.errors import ConfigError
from autograder.nbgrader import leak_scan, release

SECRET_CODE = "return tf.maximum(x, alpha * x)"
HIDDEN_LINE = small_course.HIDDEN_TESTS.splitlines()[2]
PARTS = ("hw4_partI", "hw4_partII")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return small_course.make(tmp_path / "course")


@pytest.fixture
def released(course: Path) -> Path:
    target = course / "release" / "hw4"
    release.build(course, target)
    return target


def test_scripts_for_data_go_only_to_homework_with_data(course: Path):
    """A homework that names no data has no use for them."""
    settings = course / "source" / "hw4" / "assignment.toml"
    settings.write_text(settings.read_text().replace('data = ["large.bin", "other.bin"]\n', ""))
    release.build(course, course / "release" / "hw4")

    assert not (course / "release" / "hw4" / "datasets").exists()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def cells(folder: Path) -> list[nbformat.NotebookNode]:
    return [cell for part in PARTS for cell in nbformat.read(folder / f"{part}.ipynb", as_version=4).cells]


def test_releases_notebooks_sheets_kit_and_scripts(released: Path):
    """Downloads and caches stay behind; everything else of the four sources is there."""
    assert sorted(contents(released)) == [
        "README.md",
        "answers/adversarial.md",
        "answers/derivations.md",
        "datasets/get_datasets.sh",
        *sorted(["handin/assignment.json", *(f"handin/{path.name}" for path in release.HANDIN_DIR.glob("*.py"))]),
        "hw4_partI.ipynb",
        "hw4_partII.ipynb",
        "hw4kit/__init__.py",
    ]
    assert os.access(released / "datasets" / "get_datasets.sh", os.X_OK)


def test_plain_nbgrader_gives_the_same_files(course: Path, released: Path):
    """`nbgrader generate_assignment` with this course's config and `autograder release` agree in every byte."""
    config = course / "nbgrader_config.py"
    config.write_text(f'{config.read_text()}\nc.LatePolicy.due = "2026-05-09 23:59:59-04:00"\n')
    release.build(course, released)
    built = contents(released)
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "hw4", "--force", "--no-db"]
    subprocess.run(command, cwd=course, check=True, capture_output=True, env=environment())

    assert contents(released) == built


def test_solutions_become_a_sentence_that_says_what_to_do(released: Path):
    """A function that nobody has written says so when it is called; a question shows where to answer."""
    sources = {cell.id: cell.source for cell in cells(released)}

    assert "    raise NotImplementedError(" in sources["leaky_relu_solution"]
    assert "BEGIN" not in "".join(sources.values())
    assert sources["plot_reading"].splitlines()[-1] == "*Replace this line with your answer.*"


def test_mark_schemes_vanish_with_their_cells(released: Path):
    """Students see neither the text of a mark scheme nor that there was one."""
    assert "plot_reading_scheme" not in {cell.id for cell in cells(released)}


def test_notebooks_are_valid_clean_and_keep_their_cell_ids(released: Path):
    """Format 4.5, readable ids, no outputs, no execution counts."""
    for part in PARTS:
        notebook = nbformat.read(released / f"{part}.ipynb", as_version=4)
        nbformat.validate(notebook)

        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        assert all(cell.id == cell.metadata.nbgrader.grade_id for cell in notebook.cells)
        for cell in notebook.cells:
            assert not cell.get("outputs")
            assert cell.get("execution_count") is None


def test_a_fresh_release_checks_clean(course: Path, released: Path):
    """Two builds of the same sources are equal."""
    assert release.check(course) == []


def test_check_names_each_file_that_differs(course: Path, released: Path):
    """Edited, deleted and added files are told apart."""
    (released / "hw4_partI.ipynb").write_text("{}")
    (released / "hw4kit" / "__init__.py").unlink()
    (released / "notes.txt").write_text("mine\n")

    assert release.check(course) == [
        "hw4_partI.ipynb in release/hw4 differs from what the sources give.",
        "hw4kit/__init__.py is missing in release/hw4.",
        "notes.txt in release/hw4 comes from no source.",
    ]


def test_check_and_build_touch_nothing_else(course: Path, released: Path):
    """The committed release stays as it is, and no gradebook appears."""
    (released / "hw4_partI.ipynb").write_text("{}")
    before = contents(course)
    release.check(course)
    release.build(course, course / "elsewhere")

    after = {name: data for name, data in contents(course).items() if not name.startswith("elsewhere")}
    assert after == before


def test_a_broken_region_is_said_in_one_line_and_keeps_the_old_release(course: Path, released: Path):
    """What nbgrader logs as a traceback reaches the instructor as one sentence."""
    edit(course, "leaky_relu_solution", lambda text: text.replace("### END SOLUTION", ""))
    before = contents(released)

    with pytest.raises(ConfigError, match="no end solution statement found") as caught:
        release.build(course, released)
    assert "\n" not in str(caught.value)
    assert contents(released) == before


def test_a_folder_without_the_config_is_not_a_course(tmp_path: Path):
    """The message says what is missing and where."""
    with pytest.raises(ConfigError, match=r"no source/<name> with notebooks in .*: run this in the course folder"):
        release.check(tmp_path)


LEAKS = {
    "in code that students import": ("kit", f"def relu(x):\n    {SECRET_CODE}\n", "__init__.py, line 2"),
    "in other spacing": ("kit", "# tf.maximum( x,alpha*x )\n# return tf . maximum(x,alpha * x)\n", "line 2"),
    "broken over two lines": ("kit", "a = 1\nreturn tf.maximum(x,\n    alpha * x)\n", "line 2"),
    "in a prompt": ("prompt", f"Think of `{SECRET_CODE}`.", "cell leaky_relu_prompt, line 4"),
    "in a sheet": ("sheet", "> L-BFGS minimises a weighted sum of distance and loss.", "adversarial.md"),
    "of hidden tests": ("kit", f"# {HIDDEN_LINE}\n", "__init__.py, line 1"),
    "of a mark scheme": ("prompt", "one point for... One point for each cluster that is named.", "leaky_relu_prompt"),
}


@pytest.mark.parametrize("where", LEAKS)
def test_a_leak_stops_the_release(course: Path, released: Path, where: str):
    """The sentence names the file, the line and where the text was stripped from; the old release stays."""
    kind, text, place = LEAKS[where]
    plant(course, kind, text)
    before = contents(released)

    with pytest.raises(ConfigError, match="would give something away") as caught:
        release.build(course, released)
    assert place in str(caught.value)
    assert "repeats a line of the" in str(caught.value)
    assert contents(released) == before


def test_plain_nbgrader_refuses_a_leak_and_leaves_no_release(course: Path, released: Path):
    """Exit code 1, the leak in the log, and no folder that could be handed out by mistake."""
    plant(course, "kit", SECRET_CODE + "\n")
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "hw4", "--force", "--no-db"]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, env=environment())

    assert done.returncode == 1
    assert "repeats a line of the solution in hw4_partI.ipynb, cell leaky_relu_solution" in done.stderr
    assert not released.exists()


def test_short_lines_may_repeat(course: Path, released: Path):
    """Fewer than sixteen characters stand in any program."""
    edit(course, "leaky_relu_solution", lambda text: text.replace("    ### END", "    y = x + 1\n    ### END"))
    plant(course, "kit", "y = x + 1\n")
    release.build(course, released)

    assert release.check(course) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("see /home/someone/course/solution.py\n", "names a folder of one machine"),
        ("open('C:\\\\Users\\\\me\\\\x')\n", "names a folder of one machine"),
        ("### BEGIN SOLUTION\n", "delimiter of a stripped region"),
    ],
)
def test_tell_tales_of_the_instructor_stop_the_release(course: Path, released: Path, text: str, why: str):
    """Absolute paths and forgotten delimiters are leaks, too."""
    plant(course, "kit", text)

    with pytest.raises(ConfigError, match=why):
        release.build(course, released)


@pytest.mark.parametrize("text", ["https://example.org/home/page", "/content/drive", "a/home/b", "#!/usr/bin/env sh"])
def test_addresses_are_no_folders_of_one_machine(tmp_path: Path, text: str):
    """What students on any machine can use is allowed."""
    (tmp_path / "notes.md").write_text(text)

    assert leak_scan.scan(tmp_path, [], str(tmp_path)) == []


def test_saved_runs_are_found(tmp_path: Path):
    """An output or an execution count in a released notebook is a leak."""
    notebook = small_course.part_one()
    (tmp_path / "a.ipynb").write_text(nbformat.writes(notebook))

    assert "was released with a saved run" in {leak.why for leak in leak_scan.scan(tmp_path, [], str(tmp_path))}


LINE = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=16, max_size=60)


@given(LINE, st.text(max_size=50), st.text(max_size=50), st.data())
def test_no_white_space_hides_a_stripped_line(tmp_path_factory, line: str, before: str, after: str, data):
    """Blanks and line breaks anywhere inside, text before and after: the line is found."""
    blanks = data.draw(st.lists(st.sampled_from(["", " ", "\n", "\t\n  "]), min_size=len(line), max_size=len(line)))
    spread = "".join(letter + blank for letter, blank in zip(line, blanks, strict=True))
    folder = tmp_path_factory.mktemp("scan")
    text = f"{before}{spread}{after}"
    (folder / "plain.txt").write_bytes(text.encode("utf-8", "replace"))
    notebook = {"cells": [{"cell_type": "markdown", "metadata": {}, "source": [text]}], "metadata": {}}
    (folder / "book.ipynb").write_text(json.dumps(notebook))
    (folder / "asked.json").write_text(json.dumps({"cells": [{"source": text}]}))
    leaks = leak_scan.scan(folder, [leak_scan.Region("somewhere", (line,))], str(folder))

    assert {leak.file for leak in leaks if leak.why.endswith("somewhere")} == {"plain.txt", "book.ipynb", "asked.json"}


def plant(course: Path, kind: str, text: str) -> None:
    """Put a text where students get it."""
    if kind == "kit":
        (course / "source" / "hw4" / "hw4kit" / "__init__.py").write_text(text)
    elif kind == "prompt":
        edit(course, "leaky_relu_prompt", lambda prompt: f"{prompt}\n{text}")
    else:
        sheet = course / "answers" / "adversarial.md"
        sheet.write_text(sheet.read_text().replace("\n\n**Answer.**", f"\n{text}\n\n**Answer.**", 1))


def edit(course: Path, cell_id: str, change) -> None:
    """Change the text of one cell of the first notebook."""
    path = course / "source" / "hw4" / "hw4_partI.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.id == cell_id:
            cell.source = change(cell.source)
    path.write_text(nbformat.writes(notebook))


def environment() -> dict[str, str]:
    """Let a course in a temporary folder find this project's package."""
    package_dir = Path(release.__file__).parents[2]
    return os.environ | {"PYTHONPATH": str(package_dir)}
