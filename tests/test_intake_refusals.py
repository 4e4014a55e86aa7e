"""What cannot be used gets one sentence; it costs nobody else anything, and nothing outside is ever read."""

from __future__ import annotations

import os
import shutil
import stat
import struct
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from handed_in import (
    ASSIGNMENT,
    BY_HAND,
    PART_1,
    PART_2,
    Files,
    by_student,
    check_complete,
    check_sentence,
    handed_in,
    notes,
    only,
    packed,
    placed,
)

from autograder import intake
from autograder.model.errors import ConfigError
from autograder.model.submission import digest_of

REFUSED: dict[str, tuple[bytes, str]] = {
    "text_called_zip": (b"my homework", "is not a zip"),
    "empty_file": (b"", "is empty"),
    "empty_zip": (packed({}), "None of the files that are asked for"),
    "empty_folder_in_a_zip": (packed({"bob_HW4/": b""}), "None of the files that are asked for"),
    "other_files_only": (packed({"bob_HW4/essay.docx": b""}), "send <Andrew ID>_HW4.zip with hw4_partI.ipynb and"),
    "rar": (b"Rar!\x1a\x07", "is a RAR archive"),
    "cut_off": (packed(handed_in())[:-30], "is not a zip"),
    "thousands_of_files": (packed({f"bob_HW4/{n}": b"" for n in range(3000)}), "more than 2,000 files"),
    "links_only": (packed({"../bob_hw4_partI.ipynb": PART_1}), "None of the files that are asked for"),
    "many_zips": (packed({f"{n}.zip": packed(handed_in()) for n in range(9)}), "holds 9 zips"),
    "zips_of_others": (packed({f"{n}_HW4.zip": packed(handed_in(n)) for n in ("amy", "cy")}), "holds 2 zips"),
    "nested_thrice": (packed({"a.zip": packed({"b.zip": packed({"c.zip": packed(BY_HAND)})})}), "None of the files"),
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
    assert digest_of(found["bob"], ASSIGNMENT) != digest_of(replace(found["bob"], problem="Another."), ASSIGNMENT)


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


@pytest.mark.parametrize("data", [{"notes.txt": b"later"}, {"a/b.docx": b""}, {}], ids=["text", "document", "nothing"])
@pytest.mark.parametrize("name", ["bob.zip", "bob_15_916_bob.zip", "bob.rar", "bob"])
def test_of_several_paths_one_without_work_is_refused_alone(name: str, data: dict[str, bytes], tmp_path: Path):
    """`autograder grade inbox/*`: whoever sent nothing that is asked for stops nobody."""
    placed(tmp_path, {"amy_HW4.zip": packed(handed_in("amy")), "cy_14_914_cy_HW4.zip": packed(handed_in("cy"))})
    if name == "bob":
        placed(tmp_path, {f"bob/{path}": content for path, content in data.items()})
        (tmp_path / "bob").mkdir(exist_ok=True)
    else:
        placed(tmp_path, {name: packed(data)})
    found = by_student(*sorted(tmp_path.iterdir()))

    check_complete(found.pop("amy"))
    check_complete(found.pop("cy"))
    (bob,) = found.values()
    assert bob.student.startswith("bob")
    check_sentence(bob.problem)


def test_a_folder_of_thousands_of_files_is_refused_alone(tmp_path: Path):
    placed(tmp_path, handed_in("amy", "amy/"))
    placed(tmp_path, {f"bob/venv/{number}.py": b"" for number in range(2500)})
    found = by_student(tmp_path)

    check_complete(found["amy"])
    assert "more than 2,000 files" in str(found["bob"].problem)


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
    assert "derivation" not in submission.files
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
    assert "the file name is not a required one: 'Untitled.ipynb'." in notes(submission, "warning")
    assert "'photo.jpg' is empty (0 bytes)" in notes(submission, "warning")
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


def test_a_hundred_thousand_entries_cost_no_memory(tmp_path: Path):
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<3H", 1, 0, 0) + bytes(12) + b"x"
    count = 100_000
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 0xFFFF, 0xFFFF, len(entry) * count, 0, 0)
    placed(tmp_path, {"bob_HW4.zip": entry * count + end, "amy_HW4.zip": packed(handed_in("amy"))})
    tracemalloc.start()
    try:
        found = by_student(tmp_path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert "more than 2,000 files" in str(found["bob"].problem)
    check_complete(found["amy"])
    assert peak < 20 << 20
