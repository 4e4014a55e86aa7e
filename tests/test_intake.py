"""Every way a class hands in ends in one Submission for each student; nothing a student sends harms another."""

from __future__ import annotations

import io
import os
import resource
import shutil
import stat
import struct
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import intake, naming, selection
from autograder.assignment import Assignment
from autograder.errors import ConfigError, GraderFault, SubmissionError
from autograder.intake import Submission
from autograder.sheets import Sheet, SheetItem

SHEETS = ("adversarial", "cbow", "debiasing", "derivations")
PART_1, PART_2 = b'{"cells": [], "nbformat": 4}', b'{"cells": [{}], "nbformat": 4}'
PNG, PDF = b"\x89PNG\r\n\x1a\n" + bytes(20), b"%PDF-1.7\n" + bytes(20)
Files = Mapping[str, bytes]


def make_sheet(name: str) -> Sheet:
    item = SheetItem(f"{name}_item", 4.0, "Why?", "", "Because.", "- **4** for the reason.")
    text = f"# {name}\n\n## {name}_item (4 points)\n\n> Why?\n\n**Answer.**\n\n"
    regions = "<!-- BEGIN SOLUTION -->\nBecause.\n<!-- END SOLUTION -->\n"
    regions += "<!-- BEGIN MARK SCHEME -->\n- **4** for the reason.\n<!-- END MARK SCHEME -->\n"
    return Sheet(name, name, text + regions, (item,))


ASSIGNMENT = Assignment(
    "hw4", Path(), (), ("hw4_partI", "hw4_partII"), SHEETS, {}, {name: make_sheet(name) for name in SHEETS}
)


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
    assert all(naming.VALID_ID.fullmatch(submission.student) for submission in found)
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
    assert (submission.plot, submission.derivation) == (PNG, PDF)


def check_sentence(sentence: str | None) -> None:
    assert sentence
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert len(sentence) < 400


# What the handout asks for, and the ways in which an instructor has it.


def test_a_zip_as_the_handout_asks_for_it_gives_no_finding(tmp_path: Path):
    placed(tmp_path, {"bob_HW4.zip": packed(handed_in())})
    submission = only(tmp_path / "bob_HW4.zip")

    check_complete(submission)
    assert submission.student == "bob"
    assert submission.findings == ()


WAYS: dict[str, tuple[Files, str]] = {
    "zip": ({"bob_HW4.zip": packed(handed_in())}, "bob_HW4.zip"),
    "folder_of_zips": ({"zips/bob_HW4.zip": packed(handed_in())}, "zips"),
    "student_folder": (handed_in(), "bob_HW4"),
    "folder_of_student_folders": (handed_in(folder="all/bob_HW4/"), "all"),
    "folder_of_plain_student_folders": (handed_in(folder="all/bob/"), "all"),
    "nbgrader": (handed_in(folder="submitted/bob/hw4/"), "submitted"),
    "nbgrader_one_student": (handed_in(folder="submitted/bob/hw4/"), "submitted/bob"),
    "nbgrader_one_assignment": (handed_in(folder="submitted/bob/hw4/"), "submitted/bob/hw4"),
    "nbgrader_zipped": ({"x.zip": packed(handed_in(folder="submitted/bob/hw4/"))}, "x.zip"),
    "loose_folder_of_any_name": (handed_in(folder="Desktop/stuff/"), "Desktop/stuff"),
    "zip_of_a_zip": ({"class.zip": packed({"bob_HW4.zip": packed(handed_in())})}, "class.zip"),
    "zip_of_a_zip_of_a_zip": (
        {"class.zip": packed({"a.zip": packed({"bob_HW4.zip": packed(handed_in())})})},
        "class.zip",
    ),
    "canvas": ({"s.zip": packed({"doebob_12_345_bob_HW4.zip": packed(handed_in())})}, "s.zip"),
    "canvas_unpacked_by_the_browser": ({"s/doebob_12_345_bob_HW4.zip": packed(handed_in())}, "s"),
    "canvas_with_the_course_in_its_name": (
        {"18739-hw4_submissions.zip": packed({"doebob_12_345_bob_HW4.zip": packed(handed_in())})},
        "18739-hw4_submissions.zip",
    ),
    "canvas_loose_files": (
        {
            "s.zip": packed(
                {
                    f"doebob_12_{number}_{path.rpartition('/')[2]}": data
                    for number, (path, data) in enumerate(handed_in().items(), start=300)
                }
            )
        },
        "s.zip",
    ),
}


@pytest.mark.parametrize(("files", "path"), WAYS.values(), ids=WAYS)
def test_every_way_of_handing_in_gives_the_same_submission(files: Files, path: str, tmp_path: Path):
    submission = only(placed(tmp_path, files) / path)

    check_complete(submission)
    assert submission.student == "bob"
    assert "error" not in {finding.level for finding in submission.findings}


@pytest.mark.parametrize("path", ["submitted", "zips", "class.zip"])
def test_a_class_is_told_apart_by_its_students(path: str, tmp_path: Path):
    students = ("amy", "bob", "cy.d", "student01")
    zips = {f"{name}_HW4.zip": packed(handed_in(name)) for name in students}
    placed(tmp_path, {"class.zip": packed(zips)})
    placed(tmp_path / "zips", zips)
    for name in students:
        placed(tmp_path / "submitted", handed_in(name, f"{name}/hw4/"))
        placed(tmp_path / "submitted", handed_in(name, f"{name}/hw3/", marker=b"another homework"))

    found = by_student(tmp_path / path)
    assert tuple(found) == students
    for submission in found.values():
        check_complete(submission)


def test_several_paths_make_one_class(tmp_path: Path):
    placed(tmp_path, {"amy_HW4.zip": packed(handed_in("amy")), **handed_in("bob", "later/bob_HW4/")})
    placed(tmp_path, {"s.zip": packed({"doecy_1_2_cy_HW4.zip": packed(handed_in("cy"))})})

    assert list(by_student(tmp_path / "amy_HW4.zip", tmp_path / "later", tmp_path / "s.zip")) == ["amy", "bob", "cy"]


def test_a_folder_of_zips_may_hold_notes_of_the_instructor(tmp_path: Path):
    placed(tmp_path, {"bob_HW4.zip": packed(handed_in()), "grades.csv": b"", "todo.txt": b"", ".DS_Store": b""})

    assert list(by_student(tmp_path)) == ["bob"]


# Slips that are repaired, each with a finding.

BY_HAND = handed_in()
SLIPS: dict[str, tuple[Files, str]] = {
    "no_inner_folder": (handed_in(folder=""), "no inner folder"),
    "other_capitals": (
        {path.replace("hw4_part", "HW4_PART").replace(".ipynb", ".IPYNB"): data for path, data in BY_HAND.items()},
        "'bob_HW4/bob_HW4_PARTI.IPYNB' was taken as hw4_partI.ipynb",
    ),
    "no_andrew_id": ({path.replace("/bob_", "/"): data for path, data in BY_HAND.items()}, "lack the Andrew id"),
    "ipynb_txt": (
        {path.replace(".ipynb", ".ipynb.txt"): data for path, data in BY_HAND.items()},
        "'bob_HW4/bob_hw4_partI.ipynb.txt' was taken as hw4_partI.ipynb",
    ),
    "ipynb_json": ({path.replace(".ipynb", ".ipynb.json"): data for path, data in BY_HAND.items()}, "was taken as"),
    "arabic_numbers": (
        {path.replace("partII", "part2").replace("partI", "part1"): data for path, data in BY_HAND.items()},
        "'bob_HW4/bob_hw4_part2.ipynb' was taken as hw4_partII.ipynb",
    ),
    "a_word_behind": (
        {path.replace(".ipynb", "_final.ipynb"): data for path, data in BY_HAND.items()},
        "'bob_HW4/bob_hw4_partI_final.ipynb' was taken as hw4_partI.ipynb",
    ),
    "numbered_by_the_browser": (
        {path.replace(".ipynb", " (1).ipynb"): data for path, data in BY_HAND.items()},
        "was taken as hw4_partI.ipynb",
    ),
    "answers_at_top_level": (
        {path.replace("answers/", ""): data for path, data in BY_HAND.items()},
        "'bob_HW4/cbow.md' was taken as answers/cbow.md",
    ),
    "answers_with_the_id": (
        {path.replace("answers/", "answers/bob_"): data for path, data in BY_HAND.items()},
        "",
    ),
    "answers_as_text": (
        {path.replace(".md", ".md.txt"): data for path, data in BY_HAND.items()},
        "'bob_HW4/answers/cbow.md.txt' was taken as answers/cbow.md",
    ),
    "other_name_of_the_derivation": (
        {path.replace("derivation.pdf", "Derivations.pdf"): data for path, data in BY_HAND.items()},
        "'bob_HW4/bob_Derivations.pdf' was taken as derivation.pdf",
    ),
    "the_only_pdf": (
        {path.replace("bob_derivation.pdf", "scan.pdf"): data for path, data in BY_HAND.items()},
        "'bob_HW4/scan.pdf' was taken as derivation.pdf",
    ),
    "other_name_of_the_plot": (
        {path.replace("word_vectors", "wordVectors"): data for path, data in BY_HAND.items()},
        "'bob_HW4/bob_wordVectors.png' was taken as word_vectors.png",
    ),
    "extra_files": ({**BY_HAND, "bob_HW4/notes.org": b""}, "Ignored, because not asked for: 'bob_HW4/notes.org'."),
    "mac_litter": (
        {**BY_HAND, "__MACOSX/bob_HW4/._bob_hw4_partI.ipynb": b"x", "bob_HW4/.DS_Store": b"x"},
        "2 files that a system or an editor made",
    ),
    "jupyter_litter": (
        {**BY_HAND, "bob_HW4/.ipynb_checkpoints/bob_hw4_partI-checkpoint.ipynb": b"old"},
        "1 files that a system or an editor made",
    ),
    "given_files": ({**BY_HAND, "bob_HW4/hw4kit/data.py": b"", "bob_HW4/datasets/README.md": b""}, ""),
    "backslashes": ({path.replace("/", "\\"): data for path, data in BY_HAND.items()}, ""),
    "one_folder_more": ({f"homework/{path}": data for path, data in BY_HAND.items()}, ""),
    "zip_inside": ({"HW4.zip": packed(BY_HAND)}, "A zip inside the zip was opened"),
    "zip_inside_a_folder": ({"bob_HW4/HW4.zip": packed(BY_HAND)}, "A zip inside the zip was opened"),
    "a_zip_for_each_part": (
        {
            "1.zip": packed({p: d for p, d in BY_HAND.items() if "partII" not in p}),
            "2.zip": packed({p: d for p, d in BY_HAND.items() if "partII" in p}),
        },
        "A zip inside the zip was opened",
    ),
    "template_left_beside": (
        {**BY_HAND, "bob_HW4/hw4_partI.ipynb": b"the empty template"},
        "There are several hw4_partI.ipynb: 'bob_HW4/bob_hw4_partI.ipynb' counts, not 'bob_HW4/hw4_partI.ipynb'",
    ),
    "case_collision": (
        {**BY_HAND, "bob_HW4/BOB_HW4_PARTI.ipynb": b"other"},
        "There are several hw4_partI.ipynb: 'bob_HW4/bob_hw4_partI.ipynb' counts",
    ),
    "the_id_of_another": (
        {path.replace("bob_hw4", "amy_hw4"): data for path, data in BY_HAND.items()},
        "carry the id 'amy', not 'bob'",
    ),
    "a_path_that_leads_elsewhere": ({**BY_HAND, "../../evil.txt": b"x"}, "'../../evil.txt' (a path that leads elsewhere)"),
}


@pytest.mark.parametrize(("files", "finding"), SLIPS.values(), ids=SLIPS)
def test_slips_are_repaired_and_listed(files: Files, finding: str, tmp_path: Path):
    submission = only(placed(tmp_path, {"bob_HW4.zip": packed(files)}) / "bob_HW4.zip")

    check_complete(submission)
    assert submission.student == "bob"
    assert finding in notes(submission)
    if not finding:
        assert submission.findings == ()


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("BOB_hw4.ZIP", "bob"),
        ("bob-HW4.zip", "bob"),
        ("bob hw 4.zip", "bob"),
        ("Copy of bob_HW4 (2).zip", "bob"),
        ("bob_HW4_final-1.zip", "bob"),
        ("bob.smith_HW4.zip", "bob.smith"),
        ("Bob.zip", "bob"),
        ("HW4.zip", "bob"),
        ("final submission (3).zip", "bob"),
        ("12345678.zip", "12345678"),
    ],
)
def test_the_name_of_a_zip_in_a_folder_says_whose_it_is(name: str, student: str, tmp_path: Path):
    placed(tmp_path, {name: packed(handed_in()), "amy_HW4.zip": packed(handed_in("amy"))})

    assert set(by_student(tmp_path)) == {student, "amy"}


def test_a_name_that_is_no_id_becomes_one_that_meets_no_other(tmp_path: Path):
    names = ["Bob Smith_HW4.zip", "bob/..smith_HW4.zip".replace("/", "_"), "Bób_HW4.zip", "鲍勃_HW4.zip", "-rf_HW4.zip"]
    placed(tmp_path, {name: packed({"hw4_partI.ipynb": name.encode()}) for name in names})
    found = by_student(tmp_path)

    assert len(found) == len(names)
    assert sorted(s.notebooks["hw4_partI"] for s in found.values()) == sorted(name.encode() for name in names)
    assert any(student.startswith("bob-smith-") for student in found)


# Several submissions of one student.


def test_a_resubmission_counts_and_both_are_named(tmp_path: Path):
    placed(tmp_path, {"bob_HW4.zip": packed(handed_in()), "bob_HW4-1.zip": packed(handed_in(marker=b" "))})
    submission = only(tmp_path)

    check_complete(submission, marker=b" ")
    assert "'bob_HW4-1.zip', the later one, counts, not 'bob_HW4.zip'" in notes(submission, "warning")


def test_the_later_of_two_zips_counts_by_its_time(tmp_path: Path):
    placed(tmp_path, {"bob_HW4.zip": packed(handed_in()), "Bob-hw4.zip": packed(handed_in(marker=b" "))})
    os.utime(tmp_path / "bob_HW4.zip", (2e9, 2e9))
    submission = only(tmp_path)

    check_complete(submission)
    assert "'bob_HW4.zip', the later one, counts, not 'Bob-hw4.zip'" in notes(submission)


def test_a_later_partial_submission_replaces_the_whole(tmp_path: Path):
    later = {"bob_HW4/bob_hw4_partI.ipynb": b"new"}
    placed(tmp_path, {"bob_HW4.zip": packed(handed_in()), "bob_HW4 (1).zip": packed(later)})
    submission = only(tmp_path)

    assert submission.notebooks == {"hw4_partI": b"new"}
    assert "hw4_partII.ipynb is missing" in notes(submission, "warning")


def test_two_zips_that_complete_each_other_are_put_together(tmp_path: Path):
    files = handed_in()
    first = {path: data for path, data in files.items() if "partII" not in path}
    second = {path: data for path, data in files.items() if "partII" in path}
    placed(tmp_path, {"bob_HW4.zip": packed(first), "bob_HW4-1.zip": packed(second)})

    check_complete(only(tmp_path))


# Canvas.


def canvas(tmp_path: Path, entries: Files) -> dict[str, Submission]:
    return by_student(placed(tmp_path, {"submissions.zip": packed(entries)}) / "submissions.zip")


def test_canvas_names_are_taken_apart(tmp_path: Path):
    found = canvas(
        tmp_path,
        {
            "doeamy_11_901_amy_HW4.zip": packed(handed_in("amy")),
            "o_neilbob_LATE_12_902_bob_HW4-2.zip": packed(handed_in("bob")),
            "müllercy_13_903_HW4.zip": packed(handed_in("cy")),
            "李明_14_904_hw4_partI.ipynb": PART_1,
            "latedan_15_905_homework.zip": packed({"hw4_partI.ipynb": PART_1}),
        },
    )

    assert set(found) == {"amy", "bob", "cy", "student_14", "latedan_15"}
    assert found["bob"].canvas == intake.CanvasEntry("12", True, ("o_neilbob_LATE_12_902_bob_HW4-2.zip",))
    assert "late" in notes(found["bob"], "warning")
    assert found["amy"].canvas is not None
    assert not found["amy"].canvas.late
    assert found["latedan_15"].canvas is not None
    assert not found["latedan_15"].canvas.late


def test_canvas_with_hidden_names(tmp_path: Path):
    found = canvas(
        tmp_path,
        {
            "anon_aB3x9_901_HW4.zip": packed({"hw4_partI.ipynb": PART_1}),
            "LATE_anon_Qr5Tz_902_hw4.zip": packed({"hw4_partI.ipynb": PART_2}),
            "anon_zzzzz_903_bob_HW4.zip": packed(handed_in()),
        },
    )

    assert set(found) == {"anon_aB3x9", "anon_Qr5Tz", "bob"}
    assert found["anon_Qr5Tz"].canvas == intake.CanvasEntry("Qr5Tz", True, ("LATE_anon_Qr5Tz_902_hw4.zip",))


def test_the_later_attachment_counts_and_both_are_named(tmp_path: Path):
    found = canvas(
        tmp_path,
        {
            "doebob_12_1000_bob_HW4-1.zip": packed(handed_in(marker=b" ")),
            "doebob_12_999_bob_HW4.zip": packed(handed_in()),
        },
    )

    check_complete(found["bob"], marker=b" ")
    assert "doebob_12_1000_bob_HW4-1.zip', the later one, counts, not 'doebob_12_999_bob_HW4.zip'" in notes(found["bob"])
    assert found["bob"].canvas == intake.CanvasEntry("12", False, ("doebob_12_1000_bob_HW4-1.zip",))


def test_a_loose_file_replaces_only_itself(tmp_path: Path):
    found = canvas(
        tmp_path,
        {"doebob_12_1_bob_HW4.zip": packed(handed_in()), "doebob_12_2_bob_hw4_partI.ipynb": b"newer"},
    )

    assert found["bob"].notebooks == {"hw4_partI": b"newer", "hw4_partII": PART_2}
    assert "hw4_partI.ipynb came twice: the one of 'doebob_12_2_bob_hw4_partI.ipynb' counts" in notes(found["bob"])


@pytest.mark.parametrize(
    "entry", ["doebob_12_text.html", "doebob_LATE_12_link.html", "doebob_12_99_essay.docx", "doebob_12_99_HW4.rar"]
)
def test_what_canvas_users_sent_instead_is_refused_under_their_canvas_name(entry: str, tmp_path: Path):
    found = canvas(tmp_path, {entry: b"<p>Here it is</p>", "doeamy_11_9_amy_HW4.zip": packed(handed_in("amy"))})

    check_complete(found["amy"])
    check_sentence(found["doebob_12"].problem)


def test_nobody_takes_the_place_of_another_by_the_name_of_a_file(tmp_path: Path):
    """Two Canvas users who claim one id are both graded, under what Canvas calls them."""
    forged = packed(handed_in("amy", marker=b"forged"))
    found = canvas(
        tmp_path,
        {
            "doeamy_11_1_amy_HW4.zip": packed(handed_in("amy")),
            "evil_66_9_amy_HW4.zip": forged,
            "evil2_67_9_doeamy_11_HW4.zip": packed(handed_in("x")),
        },
    )

    assert set(found) == {"doeamy_11", "evil_66", "evil2_67"}
    check_complete(found["doeamy_11"])
    assert "goes by the id amy" in notes(found["evil_66"], "warning")
    assert "goes by the id amy" in notes(found["doeamy_11"], "warning")


def test_names_inside_a_zip_do_not_beat_the_name_of_another_zip(tmp_path: Path):
    placed(tmp_path, {"amy_HW4.zip": packed(handed_in("amy")), "HW4.zip": packed(handed_in("amy", marker=b"forged"))})
    found = by_student(tmp_path)

    check_complete(found["amy"])
    assert "goes by the id amy" in notes(found["HW4"], "warning")


def test_one_students_zip_never_becomes_a_class(tmp_path: Path):
    forged = {**handed_in("amy", marker=b"forged"), **handed_in("cy", marker=b"forged")}
    placed(tmp_path, {"alone/bob_HW4.zip": packed(forged), "class/bob_HW4.zip": packed(forged)})
    placed(tmp_path, {"class/amy_HW4.zip": packed(handed_in("amy"))})
    placed(tmp_path, {"canvas/bob_HW4.zip": packed({"amy_1_2_amy_HW4.zip": packed(handed_in("amy"))})})

    alone = only(tmp_path / "alone" / "bob_HW4.zip")
    assert alone.student == "bob"
    assert "work of several students" in str(alone.problem)
    found = by_student(tmp_path / "class")
    assert set(found) == {"amy", "bob"}
    check_complete(found["amy"])
    assert "several students" in str(only(tmp_path / "canvas" / "bob_HW4.zip").problem)


# What is refused, and what a path must hold.

REFUSED: dict[str, tuple[bytes, str]] = {
    "text_called_zip": (b"my homework", "is not a zip"),
    "empty_file": (b"", "is empty"),
    "empty_zip": (packed({}), "None of the files that are asked for"),
    "empty_folder_in_a_zip": (packed({"bob_HW4/": b""}), "None of the files that are asked for"),
    "other_files_only": (packed({"bob_HW4/essay.docx": b""}), "send <andrew id>_HW4.zip with hw4_partI.ipynb and"),
    "rar": (b"Rar!\x1a\x07", "is a RAR archive"),
    "cut_off": (packed(handed_in())[:-30], "is not a zip"),
    "thousands_of_files": (packed({f"bob_HW4/{n}": b"" for n in range(3000)}), "more than 2,000 files"),
    "links_only": (packed({"../bob_hw4_partI.ipynb": PART_1}), "None of the files that are asked for"),
    "many_zips": (packed({f"{n}.zip": packed(handed_in()) for n in range(9)}), "holds 9 zips"),
    "zips_of_others": (packed({f"{n}_HW4.zip": packed(handed_in(n)) for n in ("amy", "cy")}), "holds 2 zips"),
    "nested_for_ever": (packed({"a.zip": packed({"b.zip": packed({"c.zip": packed(handed_in())})})}), "None of the files"),
    "nested_text": (packed({"a.zip": b"text"}), "is not a zip"),
    "huge_notebooks": (packed({"bob_hw4_partI.ipynb": b"\0" * (40 << 20)}), "larger than 32 MiB"),
    "notebook_bomb": (packed({"bob_hw4_partI.ipynb": b"\0" * (20 << 20)}), "700 times"),
    "nested_bomb": (packed({"a.zip": b"\0" * (200 << 20)}), "larger than 128 MiB"),
}


@pytest.mark.parametrize(("data", "cause"), REFUSED.values(), ids=REFUSED)
def test_a_bad_zip_gets_a_sentence_and_costs_nobody_else_anything(data: bytes, cause: str, tmp_path: Path):
    placed(tmp_path, {"bob_HW4.zip": data, "amy_HW4.zip": packed(handed_in("amy"))})
    found = by_student(tmp_path)

    check_complete(found["amy"])
    check_sentence(found["bob"].problem)
    assert cause in str(found["bob"].problem)
    assert not found["bob"].notebooks
    assert found["bob"].digest != replace(found["bob"], problem="Another.").digest


def test_a_bad_zip_alone_is_refused_under_its_name_too(tmp_path: Path):
    placed(tmp_path, {"bob_HW4.zip": b"text", "everything.zip": b"text"})

    assert "is not a zip" in str(only(tmp_path / "bob_HW4.zip").problem)
    with pytest.raises(ConfigError, match="is not a zip"):
        intake.collect([tmp_path / "everything.zip"], ASSIGNMENT)


def test_an_empty_folder_among_others_is_refused(tmp_path: Path):
    placed(tmp_path, handed_in("amy", "amy/"))
    (tmp_path / "bob").mkdir()
    found = by_student(tmp_path)

    check_complete(found["amy"])
    check_sentence(found["bob"].problem)


def test_a_bad_zip_beside_a_good_one_of_the_same_student_is_only_noted(tmp_path: Path):
    placed(tmp_path, {"bob_HW4.zip": packed(handed_in()), "bob_HW4-1.zip": b"text"})
    submission = only(tmp_path)

    check_complete(submission)
    assert "'bob_HW4-1.zip' is not a zip" in notes(submission, "warning")


def test_one_unreadable_file_costs_only_itself(tmp_path: Path):
    files = {**handed_in(), "bob_HW4/bob_hw4_partI.ipynb": b"\0" * (40 << 20), "bob_HW4/bob_derivation.pdf": b"text"}
    submission = only(placed(tmp_path, {"bob_HW4.zip": packed(files)}) / "bob_HW4.zip")

    assert submission.problem is None
    assert submission.notebooks == {"hw4_partII": PART_2}
    assert submission.derivation is None
    assert "larger than 32 MiB" in notes(submission, "error")
    assert "not a PDF" in notes(submission, "error")


def test_a_broken_notebook_is_a_submission(tmp_path: Path):
    files = {"bob_hw4_partI.ipynb": b'{"cells": [', "bob_hw4_partII.py": b"import numpy\n"}
    submission = only(placed(tmp_path, {"bob_HW4.zip": packed(files)}) / "bob_HW4.zip")

    assert submission.notebooks == {"hw4_partI": b'{"cells": [', "hw4_partII": b"import numpy\n"}
    assert "'bob_hw4_partII.py' was taken as hw4_partII.ipynb" in notes(submission)


def test_work_under_another_name_is_pointed_out_when_something_is_missing(tmp_path: Path):
    files = {"bob_hw4_partI.ipynb": PART_1, "Untitled.ipynb": PART_2, "photo.jpg": b"", "notes.org": b""}
    submission = only(placed(tmp_path, {"bob_HW4.zip": packed(files)}) / "bob_HW4.zip")

    assert "hw4_partII.ipynb is missing" in notes(submission, "warning")
    assert "not under a name that is asked for: 'Untitled.ipynb', 'photo.jpg'" in notes(submission, "warning")
    assert "answers/cbow.md" in notes(submission, "info")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("é\r\nß".encode(), "é\nß"),
        ("é".encode("latin-1"), "é"),
        ("\ufeffé".encode(), "é"),
        ("é".encode("utf-16"), "é"),
        (b"a\0b", "ab"),
        (b"", ""),
    ],
)
def test_answers_are_read_in_any_encoding(data: bytes, text: str, tmp_path: Path):
    submission = only(placed(tmp_path, {"bob_HW4.zip": packed({"answers/cbow.md": data})}) / "bob_HW4.zip")

    assert submission.sheets == {"cbow": text}


NO_SUBMISSION: dict[str, Files] = {
    "empty_folder": {"x/.keep": b""},
    "other_files": {"x/photo.jpg": b"", "x/notes.txt": b""},
    "other_folders": {"x/music/a.mp3": b"", "x/films/b.mp4": b""},
    "other_zip": {"x": packed({"photo.jpg": b""})},
    "text": {"x": b"hello"},
    "course_folder": {"x/source/hw4/hw4_partI.ipynb": PART_1, "x/release/hw4/hw4_partI.ipynb": PART_1},
    "too_many_other_files": {f"x/a/{number}": b"" for number in range(2500)},
}


@pytest.mark.parametrize("files", NO_SUBMISSION.values(), ids=NO_SUBMISSION)
def test_a_path_without_a_submission_is_the_instructors_fault(files: Files, tmp_path: Path):
    with pytest.raises(ConfigError) as caught:
        intake.collect([placed(tmp_path, files) / "x"], ASSIGNMENT)

    check_sentence(str(caught.value))


@pytest.mark.parametrize("path", ["missing.zip", "missing/folder", "a\0b", "x" * 5000])
def test_a_path_that_does_not_exist_is_the_instructors_fault(path: str, tmp_path: Path):
    with pytest.raises(ConfigError) as caught:
        intake.collect([tmp_path / path], ASSIGNMENT)

    check_sentence(str(caught.value).replace(str(tmp_path), "")[:300] + ".")


def test_no_link_in_a_folder_is_followed(tmp_path: Path):
    secret = placed(tmp_path, {"secret/hw4_partII.ipynb": b"secret", "secret/cbow.md": b"secret"}) / "secret"
    folder = placed(tmp_path / "class", handed_in("bob", "bob/")) / "bob"
    (folder / "bob_hw4_partII.ipynb").unlink()
    (folder / "bob_hw4_partII.ipynb").symlink_to(secret / "hw4_partII.ipynb")
    shutil.rmtree(folder / "answers")
    (folder / "answers").symlink_to(secret)
    (tmp_path / "class" / "eve").symlink_to(secret)
    os.mkfifo(folder / "bob_hw4_partIII.ipynb")
    found = by_student(tmp_path / "class")

    assert set(found) == {"bob"}
    assert found["bob"].notebooks == {"hw4_partI": PART_1}
    assert found["bob"].sheets == {}
    assert "'bob_hw4_partII.ipynb' (a link)" in notes(found["bob"], "warning")


def test_links_in_a_zip_are_not_followed(tmp_path: Path):
    info = zipfile.ZipInfo("bob_hw4_partI.ipynb")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "bob_HW4.zip", "w") as file:
        file.writestr(info, "/etc/passwd")
        file.writestr("bob_hw4_partII.ipynb", PART_2)

    assert only(tmp_path / "bob_HW4.zip").notebooks == {"hw4_partII": PART_2}


def test_a_hundred_thousand_entries_cost_neither_time_nor_memory(tmp_path: Path):
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<3H", 1, 0, 0) + bytes(12) + b"x"
    count = 100_000
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 0xFFFF, 0xFFFF, len(entry) * count, 0, 0)
    placed(tmp_path, {"bob_HW4.zip": entry * count + end, "amy_HW4.zip": packed(handed_in("amy"))})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = by_student(tmp_path)

    assert "more than 2,000 files" in str(found["bob"].problem)
    check_complete(found["amy"])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KiB; the zip itself has 4.6 MB


# Storing, and reading back what was stored.


@pytest.fixture
def submission(tmp_path: Path) -> Submission:
    return only(placed(tmp_path, {"in/bob_HW4.zip": packed(handed_in())}) / "in" / "bob_HW4.zip")


def stored_names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


CANONICAL = {
    "hw4_partI.ipynb", "hw4_partII.ipynb", "word_vectors.png", "derivation.pdf",
    *(f"answers/{name}.md" for name in SHEETS), *(f"{name}.ipynb" for name in SHEETS),
}  # fmt: skip


def test_a_submission_is_stored_under_the_names_that_nbgrader_knows(submission: Submission, tmp_path: Path):
    folder = intake.store(submission, tmp_path / "submitted", ASSIGNMENT)

    assert folder == tmp_path / "submitted" / "bob" / "hw4"
    assert stored_names(folder) == CANONICAL
    assert (folder / "hw4_partI.ipynb").read_bytes() == PART_1
    sheet = nbformat.read(folder / "cbow.ipynb", as_version=4)
    assert any("About cbow." in cell.source for cell in sheet.cells)


def test_every_sheet_has_its_notebook_though_none_was_sent(tmp_path: Path):
    folder = intake.store(Submission("bob", {"hw4_partI": PART_1}), tmp_path / "submitted", ASSIGNMENT)

    assert stored_names(folder) == {"hw4_partI.ipynb", *(f"{name}.ipynb" for name in SHEETS)}


def test_what_was_stored_is_read_back_the_same(submission: Submission, tmp_path: Path):
    entry = intake.CanvasEntry("12", True, ("doebob_LATE_12_3_bob_HW4.zip",))
    findings = (*submission.findings, *only_finding(tmp_path))
    folder = intake.store(replace(submission, canvas=entry, findings=findings), tmp_path / "submitted", ASSIGNMENT)

    for read in (intake.read_folder(folder, "bob", ASSIGNMENT), only(tmp_path / "submitted")):
        check_complete(read)
        assert read.digest == submission.digest
        assert read.canvas == entry
        assert read.findings == findings


def only_finding(tmp_path: Path) -> tuple[intake.Finding, ...]:
    names = {path.replace("bob_HW4/", ""): data for path, data in handed_in().items()}
    return only(placed(tmp_path, {"in2/bob_HW4.zip": packed(names)}) / "in2" / "bob_HW4.zip").findings


def test_a_later_submission_replaces_and_keeps_the_earlier(submission: Submission, tmp_path: Path):
    submitted = tmp_path / "out" / "submitted"
    for plot in (b"\x89PNG 1", b"\x89PNG 2", b"\x89PNG 3"):
        folder = intake.store(replace(submission, plot=plot), submitted, ASSIGNMENT)

    assert (folder / "word_vectors.png").read_bytes() == b"\x89PNG 3"
    kept = tmp_path / "out" / "superseded" / "bob"
    assert {path.name: (path / "word_vectors.png").read_bytes() for path in kept.iterdir()} == {
        "1": b"\x89PNG 1",
        "2": b"\x89PNG 2",
    }
    assert sorted(path.name for path in submitted.iterdir()) == ["bob"]
    assert sorted(path.name for path in (submitted / "bob").iterdir()) == ["hw4"]


def test_storing_the_same_again_supersedes_nothing(submission: Submission, tmp_path: Path):
    folder = intake.store(submission, tmp_path / "submitted", ASSIGNMENT)
    (folder / "timestamp.txt").write_text("2026-05-09 23:59:00 UTC")
    (folder / "cbow.ipynb").write_text("of an older sheet")
    intake.store(submission, tmp_path / "submitted", ASSIGNMENT)

    assert not (tmp_path / "superseded").exists()
    assert stored_names(folder) == CANONICAL | {"timestamp.txt"}
    nbformat.read(folder / "cbow.ipynb", as_version=4)


def test_putting_nbgraders_own_folder_in_order_loses_nothing(tmp_path: Path):
    placed(tmp_path / "submitted", {**handed_in("bob", "bob/hw4/"), "bob/hw4/notes.org": b"mine"})
    folder = intake.store(only(tmp_path / "submitted"), tmp_path / "submitted", ASSIGNMENT)

    assert stored_names(folder) == CANONICAL
    assert (tmp_path / "superseded" / "bob" / "1" / "notes.org").read_bytes() == b"mine"


def test_two_canvas_users_never_share_a_folder(submission: Submission, tmp_path: Path):
    first = replace(submission, canvas=intake.CanvasEntry("12", False, ("doebob_12_1_bob_HW4.zip",)))
    other = replace(submission, canvas=intake.CanvasEntry("66", False, ("evil_66_9_bob_HW4.zip",)), plot=b"forged")
    folder = intake.store(first, tmp_path / "submitted", ASSIGNMENT)
    with pytest.raises(SubmissionError, match="belongs to another student on Canvas"):
        intake.store(other, tmp_path / "submitted", ASSIGNMENT)

    assert (folder / "word_vectors.png").read_bytes() == PNG
    hidden = replace(submission, canvas=intake.CanvasEntry("aB3x9", False, ("anon_aB3x9_1_bob_HW4.zip",)))
    intake.store(hidden, tmp_path / "submitted", ASSIGNMENT)


def test_a_refused_submission_is_not_stored(tmp_path: Path):
    with pytest.raises(SubmissionError, match="Send a zip"):
        intake.store(Submission("bob", problem="Send a zip."), tmp_path / "submitted", ASSIGNMENT)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("student", ["", ".", "..", "../bob", "/tmp/bob", "a/b", "-rf", "bob\n", "x" * 65, ".hidden"])
def test_no_other_name_of_a_folder_is_ever_written(student: str, submission: Submission, tmp_path: Path):
    with pytest.raises(GraderFault):
        intake.store(replace(submission, student=student), tmp_path / "a" / "submitted", ASSIGNMENT)

    assert not (tmp_path / "a").exists()


def test_a_link_in_submitted_is_not_followed(submission: Submission, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "submitted").mkdir()
    (tmp_path / "submitted" / "bob").symlink_to(elsewhere)
    with pytest.raises(GraderFault, match="remove the link"):
        intake.store(submission, tmp_path / "submitted", ASSIGNMENT)

    assert list(elsewhere.iterdir()) == []


def test_a_full_disk_is_our_fault_and_leaves_the_earlier_submission(
    submission: Submission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = intake.store(submission, tmp_path / "submitted", ASSIGNMENT)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(GraderFault, match="No space left on device"):
        intake.store(replace(submission, plot=b"new"), tmp_path / "submitted", ASSIGNMENT)

    monkeypatch.undo()
    assert intake.read_folder(folder, "bob", ASSIGNMENT).digest == submission.digest


def test_what_a_killed_run_left_behind_is_cleared(submission: Submission, tmp_path: Path):
    placed(tmp_path / "submitted", {"bob/.hw4.incoming/half.ipynb": b"half", "bob/hw4/hw4_partI.ipynb": b"old"})
    folder = intake.store(submission, tmp_path / "submitted", ASSIGNMENT)

    assert stored_names(folder.parent) == {f"hw4/{name}" for name in CANONICAL}


def test_a_folder_that_is_not_there_is_the_instructors_fault(tmp_path: Path):
    with pytest.raises(ConfigError, match="is not a folder"):
        intake.read_folder(tmp_path / "missing", "bob", ASSIGNMENT)


def test_the_digest_follows_every_byte_and_the_student(submission: Submission):
    changed = [
        replace(submission, student="amy"),
        replace(submission, notebooks={**submission.notebooks, "hw4_partI": PART_2}),
        replace(submission, notebooks={"hw4_partI": PART_1}),
        replace(submission, sheets={**submission.sheets, "cbow": ""}),
        replace(submission, plot=None),
        replace(submission, plot=b""),
        replace(submission, derivation=PNG),
        replace(submission, problem="x"),
    ]

    assert len({entry.digest for entry in (submission, *changed)}) == len(changed) + 1
    assert replace(submission, findings=()).digest == submission.digest


# Fuzzing: whatever arrives, a Submission or one sentence comes out, and nothing is written elsewhere.

HOSTILE_NAMES = st.sampled_from(
    [*handed_in(), *handed_in(folder=""), "../x", "/etc/x", "C:\\x", "hw4/hw4_partI.ipynb", "a.zip", "x/", "answers/"]
) | st.text(min_size=1, max_size=40)
CONTENTS = st.sampled_from([PART_1, PDF, PNG, b"", packed(handed_in()), packed({"../a": b"x"})]) | st.binary(max_size=50)


def take_in(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        placed(root, {f"in/{name}": data, "in/amy_HW4.zip": packed(handed_in("amy"))})
        for path in (root / "in", root / "in" / name):
            try:
                found = intake.collect([path], ASSIGNMENT)
            except ConfigError as error:
                check_sentence(str(error).replace(folder, ""))
                continue
            for submission in found:
                assert naming.VALID_ID.fullmatch(submission.student)
                assert all(finding.text.isprintable() for finding in submission.findings)
                if submission.problem is not None:
                    check_sentence(submission.problem)
                    continue
                stored = intake.store(submission, root / "out" / "submitted", ASSIGNMENT)
                assert intake.read_folder(stored, submission.student, ASSIGNMENT).digest == submission.digest
        written = stored_names(root) - {f"in/{name}", "in/amy_HW4.zip"}
        assert all(path.startswith(("out/submitted/", "out/.hw4/", "out/superseded/")) for path in written)
        check_complete(next(s for s in intake.collect([root / "in"], ASSIGNMENT) if s.student == "amy"))


FUZZ = settings(max_examples=int(os.environ.get("HW4_FUZZ", "60")), deadline=None)


@FUZZ
@given(st.dictionaries(HOSTILE_NAMES, CONTENTS, max_size=8), st.sampled_from(["bob_HW4.zip", "x_1_2_y.zip", "z.zip"]))
def test_any_zip_is_taken_in_or_refused(files: dict[str, bytes], name: str):
    take_in(name, packed({path.replace("\0", "0"): data for path, data in files.items()}))


SEEDS = [packed(handed_in()), packed({"a_1_2_bob_HW4.zip": packed(handed_in())}), packed({"x.zip": packed(handed_in())})]


@FUZZ
@given(st.data())
def test_any_damaged_zip_is_taken_in_or_refused(data: st.DataObject):
    damaged = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 8))):
        position = data.draw(st.integers(0, len(damaged) - 1))
        damaged[position : position + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=6))
    take_in("bob_HW4.zip", bytes(damaged))


@FUZZ
@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_name_of_a_zip_gives_a_safe_student(name: str):
    if name not in (".", "..") and len(name.encode()) < 200:
        take_in(f"{name}.zip", packed({"hw4_partI.ipynb": PART_1}))


@given(st.text())
def test_a_safe_id_is_valid_and_stays_as_it_is(name: str):
    student = naming.safe_id(name)

    assert naming.VALID_ID.fullmatch(student)
    assert naming.safe_id(student) == student


@given(st.text(max_size=300))
def test_no_name_takes_long_to_understand(name: str):
    naming.canvas_name(name)
    naming.claimed_id(name, "hw4")
    naming.slot_of(name, "bob", ASSIGNMENT)
    naming.is_generic(name)


@pytest.mark.parametrize("unit", ["_", " ", "(1)", "-1", "copy", "a_", "hw4_", "part", ".zip", "1_", "Copy of ", "\u0301"])
def test_long_repetitive_names_take_no_time(unit: str):
    """No pattern backtracks over the names that a student can choose; a thousand are understood within seconds."""
    name = (unit * 500)[:500] + "!"
    started = time.process_time()
    for length in (100, 128, 200, 255, 500):
        for function in (
            naming.canvas_name, lambda n: naming.claimed_id(n, "hw4"), lambda n: naming.slot_of(n, "bob", ASSIGNMENT),
            naming.is_generic, lambda n: naming.is_litter((), n),
        ):  # fmt: skip
            call: Callable[[str], object] = function
            call(name[:length])

    assert time.process_time() - started < 1


def test_the_limits_are_those_of_reading_a_notebook():
    assert selection.MAX_BYTES["notebook"] == 32 << 20
