"""Every way a class hands in ends in one Submission for each student; slips are repaired and listed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from handed_in import BY_HAND, Files, by_student, check_complete, handed_in, notes, only, packed, placed


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

SLIPS: dict[str, tuple[Files, str]] = {
    "no_inner_folder": (handed_in(folder=""), "no inner folder"),
    "other_capitals": (
        {path.replace("hw4_part", "HW4_PART").replace(".ipynb", ".IPYNB"): data for path, data in BY_HAND.items()},
        "'bob_HW4/bob_HW4_PARTI.IPYNB' was taken as hw4_partI.ipynb",
    ),
    "no_andrew_id": ({path.replace("/bob_", "/"): data for path, data in BY_HAND.items()}, "lack the Andrew ID"),
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
    "extra_files": (
        {**BY_HAND, "bob_HW4/notes.org": b""},
        "Ignored, because not part of the submission: 'bob_HW4/notes.org'.",
    ),
    "mac_litter": (
        {**BY_HAND, "__MACOSX/bob_HW4/._bob_hw4_partI.ipynb": b"x", "bob_HW4/.DS_Store": b"x"},
        "the system or an editor): 'bob_HW4/.DS_Store', '__MACOSX/bob_HW4/._bob_hw4_partI.ipynb'",
    ),
    "jupyter_litter": (
        {**BY_HAND, "bob_HW4/.ipynb_checkpoints/bob_hw4_partI-checkpoint.ipynb": b"old"},
        "the system or an editor): 'bob_HW4/.ipynb_checkpoints/bob_hw4_partI-checkpoint.ipynb'",
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
        "There are several files hw4_partI.ipynb: 'bob_HW4/bob_hw4_partI.ipynb' counts, not 'bob_HW4/hw4_partI.ipynb'",
    ),
    "case_collision": (
        {**BY_HAND, "bob_HW4/BOB_HW4_PARTI.ipynb": b"other"},
        "There are several files hw4_partI.ipynb: 'bob_HW4/bob_hw4_partI.ipynb' counts",
    ),
    "the_id_of_another": (
        {path.replace("bob_hw4", "amy_hw4"): data for path, data in BY_HAND.items()},
        "have the id 'amy', not 'bob'",
    ),
    "a_path_that_leads_elsewhere": ({**BY_HAND, "../evil.txt": b"x"}, "'../evil.txt' (a path outside the zip)"),
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


def test_a_student_may_be_called_like_the_folder_of_the_sheets(tmp_path: Path):
    """One folder of notebooks that has this name makes a class no submission of one student."""
    students = ("amy", "answers", "zoe")
    for student in students:
        placed(tmp_path, {f"{student}/{path}": data for path, data in handed_in(student, "").items()})

    assert by_student(tmp_path).keys() == set(students)
