"""Whatever a submission holds, the grader reads it in bounded steps: past a bound stands a sentence, or plain text.

Each input has the largest size that is let in, and takes minutes to hours where a step is not bounded. What is
asserted is what comes out, never how long it takes. docs/machine.md lists what the bounds cost.
"""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fuzz_targets
import pytest
from handed_in import by_student, check_complete, handed_in, notes, packed, placed
from nbformat import NotebookNode

from autograder import gradebook
from autograder.course import asked, sheets
from autograder.formats import notebook_limits, saved_outputs
from autograder.formats.picture_size import points
from autograder.formats.safe_markdown import harmless, unescaped
from autograder.handin import answer_length, cell_plan, filled_sheet, limits, names, notebook_file
from autograder.handin.asked import Role
from autograder.handin.names import MAX_SHOWN_CHARS, shown
from autograder.handin.problems import Unusable
from autograder.marking import lookalikes
from autograder.model.report import Report
from autograder.nbgrader import formgrader_notebooks

SHEET, NOTEBOOK = limits.MAX_BYTES["sheet"], limits.MAX_BYTES["notebook"]


def filled(unit: str, size: int = SHEET) -> str:
    return (unit * (size // len(unit) + 1))[:size]


# --- text of answers ---

ASKING_MUCH = {
    "tildes": filled("~", SHEET - 1) + "`",
    "fences": filled("```\n"),
    "near_headings": "\n".join(f"## cbow_rare_word{number} (4 points)" for number in range(5_000)),
    "underlined": filled("a\n==\n"),
    "quotes": filled("> "),
    "formulas": filled("```formula\n"),
    "openers": filled("\\\\("),
    "entities": filled("&#60;"),
    "empty_lines": filled("\n", SHEET - 1) + "x",
}


@pytest.mark.parametrize("text", ASKING_MUCH.values(), ids=ASKING_MUCH)
def test_every_word_of_the_largest_sheet_is_kept_and_shown_or_cut(text: str):
    """Reading, the hints for the marker, and the notebook for formgrader."""
    assignment = fuzz_targets.course()
    sheet = assignment.sheet(assignment.sheets[0])
    found = sheets.read_filled(sheet, text)
    hints = filled_sheet.hints(sheets.form(sheet), text)
    notebook = sheets.to_notebook(sheet, text)
    kept = "".join([*found.answers.values(), found.references, found.elsewhere])

    assert sum(map(str.isalnum, kept)) <= sum(map(str.isalnum, text))
    assert hints.keys() == found.answers.keys()
    assert not filled_sheet.is_empty(text) or not any(map(str.isalnum, text))
    for cell in notebook.cells:
        assert len(cell.source) < 4 * sheets.MAX_SHOWN  # "<" becomes four signs
        assert "\\\\(" not in cell.source


def test_a_long_answer_is_cut_in_formgrader_and_whole_beside_it():
    assignment = fuzz_targets.course()
    sheet = assignment.sheet(assignment.sheets[0])
    item = sheet.items[0]
    text = f"## {item.id} ({item.points:g} points)\n\n**Answer.** {filled('word ', SHEET // 2)}"
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in sheets.to_notebook(sheet, text).cells}

    assert cells[item.id].source.endswith(sheets.CUT)
    assert len(cells[item.id].source) < sheets.MAX_SHOWN + 200
    assert len(sheets.read_filled(sheet, text).answers[item.id]) > SHEET // 3


BLANK_BLOCK = "```formula\n{}\n```\n"


@pytest.mark.parametrize("blank", ["\n", " ", "\t\n"])
def test_a_block_of_blanks_is_looked_at_once(blank: str):
    assert filled_sheet.is_empty(BLANK_BLOCK.format(filled(blank)))
    assert not filled_sheet.is_empty(BLANK_BLOCK.format(filled(blank) + "x"))
    assert not filled_sheet.is_empty(BLANK_BLOCK.format("x" + filled(blank) + "x"))


def test_a_fence_that_never_ends_is_no_code():
    text = "word\n" + filled("`")

    assert answer_length.without_code(text) == text


@pytest.mark.parametrize(
    "digits", ["1" * 5_000, "9" * (SHEET - 10), "0" * 5_000 + "92", "x" + "F" * 5_000, "x" + "0" * 9_000 + "5c"]
)
def test_a_number_of_thousands_of_digits_is_a_sign_or_none(digits: str):
    """Python reads at most 4,300 digits as a number; a browser reads any, and drops leading zeros."""
    meaning = unescaped(f"&#{digits};")
    text = harmless(f"a &#{digits}; b")

    assert meaning == ("\\" if digits.endswith(("92", "5c")) else "\ufffd")
    assert text.startswith("a &amp;#" if meaning == "\\" else "a &#"), "a backslash could begin a command of TeX"


@pytest.mark.parametrize("opener", ["\\\\(", "\\\\[", "\\begin{align}"])
def test_what_opens_mathematics_and_never_closes_it_opens_nothing(opener: str):
    """For each, nbconvert looks for an end through all the rest of a text."""
    closed = {"\\\\(": "\\\\( x \\\\)", "\\\\[": "\\\\[ x \\\\]", "\\begin{align}": "\\begin{align} x \\end{align}"}[
        opener
    ]

    assert opener not in harmless(filled(f"{opener} a "))
    assert harmless(closed).replace("$", "").replace(" ", "") in ("x", closed.replace(" ", ""))


def test_answers_of_a_class_are_compared_by_their_first_words():
    """Three hundred students, each with the largest sheet in one answer."""
    assignment = fuzz_targets.course()
    item = next(item for item in assignment.person_items if item.notebook in assignment.sheets)
    texts = {f"s{number}": f"{number} {filled('ab cd ')}" for number in range(300)}
    (group,) = lookalikes.item_groups(texts, item, assignment)

    assert len(group.students) == 300
    assert len(group.excerpt) <= lookalikes.EXCERPT


# --- notebooks ---


def notebook(*cells: dict[str, Any], **more: Any) -> bytes:
    filled_in = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": "", **cell} for cell in cells]
    return json.dumps({"cells": filled_in, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}).encode()


def for_formgrader(data: bytes) -> NotebookNode:
    return formgrader_notebooks.autograded_notebook(
        fuzz_targets.assembler().given["hw4_partI"], data, Report("bob", ())
    )


def added(shown_notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in shown_notebook.cells if str(cell.get("id", "")).startswith("own-")]


LARGE_NOTEBOOKS: dict[str, Callable[[], bytes]] = {
    "dots": lambda: notebook({"source": "." * (NOTEBOOK - 1_000)}),
    "lines": lambda: notebook({"source": ".\n" * (NOTEBOOK // 3 - 1_000)}),
    "words": lambda: notebook({"source": "aa " * (NOTEBOOK // 3 - 1_000)}),
    "definitions": lambda: notebook(*[{"source": "def f(\n" * 800}] * 4_000),
    "cells": lambda: notebook(*[{"source": "a = 1"}] * notebook_file.MAX_CELLS),
    "texts": lambda: notebook(*[{"cell_type": "markdown", "source": "\\\\(" * 1_000}] * 4_000),
}


@pytest.mark.parametrize("make", LARGE_NOTEBOOKS.values(), ids=LARGE_NOTEBOOKS)
def test_the_largest_notebook_is_shown_as_far_as_somebody_reads_it(make: Callable[[], bytes]):
    found = for_formgrader(make())
    own = added(found)

    assert sum(len(cell.source) for cell in own) < 2 * notebook_limits.MAX_SOURCES
    assert len(own) <= notebook_limits.MOST_ADDED
    for cell in own:
        if cell.cell_type == "code":
            assert all(len(line) < notebook_limits.MAX_LINE + 30 for line in cell.source.split("\n"))


def test_cells_without_room_are_counted_in_a_sentence():
    first = for_formgrader(notebook(*[{"source": f"a = {number}"} for number in range(1_000)])).cells[0]

    assert "700 cells are added by the student and left out here" in first.source


@pytest.mark.parametrize("words", ["aa ", "a\n", "\t"])
def test_a_cell_much_longer_than_every_given_one_is_the_students_own(words: str):
    """It is not split into millions of words to find that out."""
    given = asked.notebook("hw4_partI", fuzz_targets.course())
    submitted = notebook_file.read(notebook({"source": words * 5_000_000 + "x"}))
    labels = [cell.label for cell in cell_plan.plan(given, submitted).cells]

    assert "number 1" in labels
    assert cell_plan.given_cells(given, submitted) == {}


LARGE_COPIES = {
    "magics": "%matplotlib inline\n" * 20_000,
    "questions": "a?\n" * 100 + "b=1\n" * 20_000,
    "brackets": "(" * 99_000,
    "signs": "-" * 99_000 + "1",
    "sums": "+".join("1" * 40_000),
    "semicolons": ";".join(["a=1"] * 24_000),
    "chains": "\n".join(f"a{number}=a{number + 1}" for number in range(7_000)) + "\ndef leaky_relu(x): return a0",
    "stubs": "def leaky_relu(x): pass\n" * 4_000,
    "globals": "def f():\n global " + ",".join(f"a{number}" for number in range(12_000)),
    "too_long": "a = 1\n" * 1_000_000,
}


@pytest.mark.parametrize("text", LARGE_COPIES.values(), ids=LARGE_COPIES)
@pytest.mark.parametrize("grade_id", ["imports", "leaky_relu", "leaky_relu_solution", None])
def test_what_is_written_into_given_cells_is_compared_as_far_as_somebody_writes(text: str, grade_id: str | None):
    """The given cells run whatever a copy holds."""
    given = asked.notebook("hw4_partI", fuzz_targets.course())
    cell = {"source": text, "metadata": {"nbgrader": {"grade_id": grade_id}}}
    found = cell_plan.plan(given, notebook_file.read(notebook(cell)))

    assert [each.label for each in found.cells if not each.is_own] == given.with_role(Role.RUN)
    assert len(found.notes) <= 2


def test_cells_beyond_what_is_read_run_as_they_stand():
    """The first are read, all run."""
    given = asked.notebook("hw4_partI", fuzz_targets.course())
    cells = [{"source": f"def leaky_relu(x): pass  # {number} {'x' * 300}"} for number in range(4_000)]
    found = cell_plan.plan(given, notebook_file.read(notebook({"source": "def leaky_relu(x): return x"}, *cells)))

    assert 3_600 < sum(bool(each.is_own) for each in found.cells) < 3_900
    assert len(found.notes) == 1


def test_millions_of_values_are_refused_before_they_are_read():
    for value in ("1,", '"a":1,', '"a",'):
        with pytest.raises(Unusable, match="millions of values"):
            notebook_file.read(f'{{"cells": [{value * (notebook_file.MAX_VALUES + 1)}'.encode())


def test_the_name_of_a_kernel_is_a_name():
    read = notebook_file.read(
        notebook(metadata={"kernelspec": {"name": "python", "language": "x" * (NOTEBOOK - 1_000)}})
    )

    assert "x" * 60 in read.findings[0].text
    assert "x" * 61 not in read.findings[0].text


@pytest.mark.parametrize("digits", ["1" * 4_301, "0." + "1" * 10**7, "1e" + "9" * 10**7])
def test_numbers_of_any_length_are_numbers(digits: str):
    assert notebook_file.read(notebook({"source": 7}).replace(b"7", digits.encode())).cells[0].source == ""


# --- outputs ---


def streamed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def drawn(data: bytes, kind: str = "image/png") -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {kind: base64.b64encode(data).decode()}}


def png(width: int, height: int) -> bytes:
    """Return a picture of one grey, which packs to a thousandth."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compressobj()
    packed_rows = b"".join(rows.compress(bytes(1 + width // 8)) for _ in range(height)) + rows.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed_rows) + chunk(b"IEND", b"")


def jpeg(width: int, height: int, segments: int = 1) -> bytes:
    """Return the beginning of a photograph, with notes of a camera before its size."""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + b"\xff\xe1\x00\x04ab" * segments + frame + b"\xff\xd9"


LARGE_OUTPUTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "returns": lambda: [streamed("\r\n" * 10**7)],
    "returns_alone": lambda: [streamed("\r" * 10**7 + "x")],
    "one_line": lambda: [streamed("a" * 10**7)],
    "many_lines": lambda: [{"output_type": "stream", "text": ["a\r"] * 3_000_000}],
    "many": lambda: [streamed("a")] * 300_000,
    "tracebacks": lambda: [{"output_type": "error", "ename": "a", "evalue": "b", "traceback": ["c"] * 3_000_000}],
    "kinds": lambda: [{"output_type": "display_data", "data": {f"kind{number}": "" for number in range(10**6)}}],
    "pictures": lambda: [drawn(png(800, 600))] * 500,
    "blanks_in_a_picture": lambda: [{"output_type": "display_data", "data": {"image/png": "\n" * 10**7}}],
}


@pytest.mark.parametrize("make", LARGE_OUTPUTS.values(), ids=LARGE_OUTPUTS)
def test_large_outputs_are_cut_to_what_somebody_reads(make: Callable[[], list[dict[str, Any]]]):
    found = saved_outputs.cleaned(make())

    assert 1 <= len(found) <= saved_outputs.MAX_OUTPUTS + 1
    assert len(json.dumps(found)) < 4 * notebook_limits.MAX_TEXT


def test_outputs_of_all_cells_share_their_room():
    given = [{"source": "x", "outputs": [streamed("a" * 20_000)] * 60}] * 20
    cells = added(for_formgrader(notebook(*given)))
    texts = [output.text for cell in cells for output in cell.outputs]

    assert sum(map(len, texts)) < notebook_limits.MAX_TEXT + 20 * 100
    assert texts[-1] == saved_outputs.NO_ROOM


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (png(30_000, 30_000), "image/png"),
        (jpeg(60_000, 60_000), "image/jpeg"),
        (jpeg(20, 20, segments=5_000), "image/jpeg"),
        (jpeg(20, 20)[:12] + b"no size", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "image/png"),
    ],
    ids=["png", "jpeg", "jpeg_of_notes", "jpeg_without_size", "png_without_size"],
)
def test_a_picture_larger_than_every_screen_reaches_no_browser(data: bytes, kind: str):
    """Nor one that does not say how large it is."""
    (found,) = saved_outputs.cleaned([drawn(data, kind)])

    assert kind not in found.data
    assert found.data["text/plain"] == "[a picture is not shown: it is too large]"


def test_pictures_of_the_usual_size_are_shown():
    shown_pictures = [drawn(png(1600, 1200)), drawn(jpeg(4000, 3000, segments=20), "image/jpeg")]
    found = saved_outputs.cleaned(shown_pictures)

    assert [set(output.data) for output in found] == [{"image/png", "text/plain"}, {"image/jpeg", "text/plain"}]
    assert [points(png(16, 12)), points(jpeg(4000, 3000)), points(b"GIF89a"), points(b"")] == [192, 12_000_000, 0, 0]


def test_pictures_of_a_notebook_share_their_room():
    """Each may be shown; a hundred together would take gigabytes in a browser."""
    room = notebook_limits.Room()
    found = [saved_outputs.cleaned([drawn(png(4000, 4000))], room)[0] for _ in range(40)]

    assert sum("image/png" in output.data for output in found) == notebook_limits.MAX_POINTS // 4000**2


# --- zips and names ---


def zip_of(names: list[str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    return data.getvalue()


def nested(depth: int) -> bytes:
    files = {f"{number:05}.txt": b"" for number in range(1_900)}
    return packed(files | ({f"{number}.zip": nested(depth - 1) for number in range(4)} if depth else {}))


MANY_NAMES = {
    "underscores": [f"{number:04}{'_' * 120}.ipynb" for number in range(1_990)],
    "numbers": [f"a_{number}_1_{'1_1_' * 25}.ipynb" for number in range(1_990)],
    "homeworks": [f"{'hw_' * 35}{number:04}.ipynb" for number in range(1_990)],
    "long": [f"{number:04}{'é' * 30_000}" for number in range(30)],
    "thousands": [f"{number:05}{'_' * 110}.zip" for number in range(20_000)],
}


@pytest.mark.parametrize("names", MANY_NAMES.values(), ids=MANY_NAMES)
def test_a_zip_of_many_long_names_is_refused_in_one_sentence(names: list[str], tmp_path: Path):
    """In a class, and given by itself, where a zip may be a class."""
    placed(tmp_path, {"in/bob_HW4.zip": zip_of(names), "in/amy_HW4.zip": packed(handed_in("amy"))})
    for path in (tmp_path / "in", tmp_path / "in" / "bob_HW4.zip"):
        found = by_student(path)

        assert found["bob"].problem
        assert len(found["bob"].problem) < 400


def test_zips_in_zips_share_their_number_of_files(tmp_path: Path):
    placed(tmp_path, {"bob_HW4.zip": nested(2), "amy_HW4.zip": packed(handed_in("amy"))})

    assert "more than 2,000 files" in str(by_student(tmp_path)["bob"].problem)


def test_of_many_zips_of_one_student_the_latest_are_opened(tmp_path: Path):
    uploads = {
        f"doebob_12_{901 + number}_bob_HW4-{number}.zip": packed(handed_in("bob", marker=b" " * number))
        for number in range(30)
    }
    found = by_student(placed(tmp_path, {"submissions.zip": packed(uploads)}) / "submissions.zip")["bob"]

    check_complete(found, marker=b" " * 29)
    assert "There are more than 8 zips; not opened:" in notes(found, "warning")


@pytest.mark.parametrize(
    "name", ["_" * 128, "a" + "_" * 120 + ".zip", ".zip" * 32, "Copy of " * 16, "1_" * 64, "hw" * 64]
)
def test_a_name_that_says_nothing_claims_no_id(name: str):
    assert names.claimed_id(name, "hw4") is None


NO_TIMES = ["1 " * 10**6, "1" * 10**6, "2026-11-30 12:00:00 UTC" + " or " * 10**6, "2" * 31 + "m45", "1e99d", "\0"]


@pytest.mark.parametrize("text", NO_TIMES, ids=range(len(NO_TIMES)))
def test_a_time_is_read_from_the_beginning_of_its_file(text: str, tmp_path: Path):
    """In nbgrader's own submitted/, the file may be a student's."""
    (tmp_path / "timestamp.txt").write_text(text)

    assert gradebook.submitted_at(tmp_path) is None


def test_a_long_name_is_shown_by_its_end():
    assert shown("x" * 65_000 + "end.zip") == f"'...{'x' * (MAX_SHOWN_CHARS - 7)}end.zip'"
