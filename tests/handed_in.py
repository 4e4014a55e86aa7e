"""What students hand in, built by code, and how tests of the intake look at what comes out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from autograder import intake
from autograder.handin import names
from autograder.handin.asked import HandedInFile
from autograder.model.assignment import Assignment, Sheet, SheetItem
from autograder.model.rubric import Rubric
from autograder.model.submission import Submission

SHEETS = ("adversarial", "cbow", "debiasing", "derivations")
PART_1, PART_2 = b'{"cells": [], "nbformat": 4}', b'{"cells": [{}], "nbformat": 4}'
PNG, PDF = b"\x89PNG\r\n\x1a\n" + bytes(20), b"%PDF-1.7\n" + bytes(20)
Files = Mapping[str, bytes]


def make_sheet(name: str) -> Sheet:
    item = SheetItem(
        f"{name}_item",
        4.0,
        "Why?",
        "",
        "Because.",
        "- **4** for the reason.",
        Rubric(f"{name}_item", 4.0),
        has_formula=False,
    )
    text = f"# {name}\n\n## {name}_item (4 points)\n\n> Why?\n\n**Answer.**\n\n"
    regions = "<!-- BEGIN SOLUTION -->\nBecause.\n<!-- END SOLUTION -->\n"
    regions += "<!-- BEGIN MARK SCHEME -->\n- **4** for the reason.\n<!-- END MARK SCHEME -->\n"
    return Sheet(name, name, text + regions, (item,))


FILES = (
    HandedInFile("word_vectors", "word_vectors.png", "png", required=True),
    HandedInFile("derivation", "derivation.pdf", "pdf"),
)
ASSIGNMENT = Assignment(
    "hw4", ("hw4_partI", "hw4_partII"), SHEETS, Path(), (), {}, {name: make_sheet(name) for name in SHEETS},
    kit="hw4kit", student_id="Andrew ID", files=FILES,
)  # fmt: skip


def handed_in(student: str = "bob", folder: str | None = None, marker: bytes = b"") -> dict[str, bytes]:
    """Return what the handout asks for, by path."""
    prefix = f"{student}_HW4/" if folder is None else folder
    files = {
        f"{student}_hw4_partI.ipynb": PART_1 + marker,
        f"{student}_hw4_partII.ipynb": PART_2 + marker,
        f"{student}_word_vectors.png": PNG,
        f"{student}_derivation.pdf": PDF,
        **{f"answers/{name}.md": f"About {name}.".encode() for name in SHEETS},
    }
    return {prefix + path: data for path, data in files.items()}


BY_HAND = handed_in()


def packed(files: Files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return buffer.getvalue()


def placed(folder: Path, files: Files) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def by_student(*paths: Path) -> dict[str, Submission]:
    found = intake.collect(paths, ASSIGNMENT)
    assert len({submission.student for submission in found}) == len(found)
    assert all(names.VALID_ID.fullmatch(submission.student) for submission in found)
    assert [submission.student for submission in found] == sorted(submission.student for submission in found)
    return {submission.student: submission for submission in found}


def only(*paths: Path) -> Submission:
    (submission,) = by_student(*paths).values()
    return submission


def notes(submission: Submission, *levels: str) -> str:
    return " ".join(f.text for f in submission.findings if f.level in (levels or ("info", "warning", "error")))


def check_complete(submission: Submission, marker: bytes = b"") -> None:
    assert submission.problem is None
    assert submission.notebooks == {"hw4_partI": PART_1 + marker, "hw4_partII": PART_2 + marker}
    assert submission.sheets == {name: f"About {name}." for name in SHEETS}
    assert submission.files == {"word_vectors": PNG, "derivation": PDF}


def stored_names(folder: Path) -> set[str]:
    """Return the paths of all files below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def check_sentence(sentence: str | None) -> None:
    assert sentence
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert len(sentence) < 400
