"""What is stored is complete, canonical and read back the same; what it replaces is kept; nothing leads elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from handed_in import (
    ASSIGNMENT,
    PART_1,
    PART_2,
    PNG,
    SHEETS,
    check_complete,
    handed_in,
    only,
    packed,
    placed,
    stored_names,
)

from autograder import intake
from autograder.model.errors import ConfigError, GraderFault, SubmissionError
from autograder.model.report import Finding
from autograder.model.result_folders import ResultFolders
from autograder.model.submission import Submission, digest_of


@pytest.fixture
def submission(tmp_path: Path) -> Submission:
    return only(placed(tmp_path, {"in/bob_HW4.zip": packed(handed_in())}) / "in" / "bob_HW4.zip")


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
    entry = intake.DownloadEntry("12", True, ("doebob_LATE_12_3_bob_HW4.zip",))
    findings = (*submission.findings, *only_finding(tmp_path))
    folder = intake.store(replace(submission, download=entry, findings=findings), tmp_path / "submitted", ASSIGNMENT)

    for read in (intake.read_folder(folder, "bob", ASSIGNMENT), only(tmp_path / "submitted")):
        check_complete(read)
        assert digest_of(read, ASSIGNMENT) == digest_of(submission, ASSIGNMENT)
        assert read.download == entry
        assert read.findings == findings


def only_finding(tmp_path: Path) -> tuple[Finding, ...]:
    names = {path.replace("bob_HW4/", ""): data for path, data in handed_in().items()}
    return only(placed(tmp_path, {"in2/bob_HW4.zip": packed(names)}) / "in2" / "bob_HW4.zip").findings


def test_a_later_submission_replaces_and_keeps_the_earlier(submission: Submission, tmp_path: Path):
    submitted = tmp_path / "out" / "submitted"
    for plot in (b"\x89PNG 1", b"\x89PNG 2", b"\x89PNG 3"):
        folder = intake.store(replace(submission, files={"word_vectors": plot}), submitted, ASSIGNMENT)

    assert (folder / "word_vectors.png").read_bytes() == b"\x89PNG 3"
    kept = tmp_path / "out" / "superseded" / "hw4" / "bob"
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
    assert (tmp_path / "superseded" / "hw4" / "bob" / "1" / "notes.org").read_bytes() == b"mine"


def test_two_canvas_users_never_share_a_folder(submission: Submission, tmp_path: Path):
    first = replace(submission, download=intake.DownloadEntry("12", False, ("doebob_12_1_bob_HW4.zip",)))
    other = replace(
        submission,
        download=intake.DownloadEntry("66", False, ("evil_66_9_bob_HW4.zip",)),
        files={"word_vectors": b"forged"},
    )
    folder = intake.store(first, tmp_path / "submitted", ASSIGNMENT)
    with pytest.raises(SubmissionError, match="belongs to another student on Canvas"):
        intake.store(other, tmp_path / "submitted", ASSIGNMENT)

    assert (folder / "word_vectors.png").read_bytes() == PNG
    hidden = replace(submission, download=intake.DownloadEntry("aB3x9", False, ("anon_aB3x9_1_bob_HW4.zip",)))
    intake.store(hidden, tmp_path / "submitted", ASSIGNMENT)


def test_whose_the_roster_says_an_id_is_gets_the_folder_back(submission: Submission, tmp_path: Path):
    """What somebody else had put there by the name of a file is kept beside."""
    stolen = replace(
        submission,
        download=intake.DownloadEntry("66", False, ("evil_66_9_bob_HW4.zip",)),
        files={"word_vectors": b"forged"},
    )
    own = replace(submission, download=intake.DownloadEntry("12", False, ("doebob_12_1_bob_HW4.zip",)), is_known=True)
    intake.store(stolen, tmp_path / "submitted", ASSIGNMENT)
    folder = intake.store(own, tmp_path / "submitted", ASSIGNMENT)

    assert (folder / "word_vectors.png").read_bytes() == PNG
    assert (tmp_path / "superseded" / "hw4" / "bob" / "1" / "word_vectors.png").read_bytes() == b"forged"
    assert intake.known_users(ResultFolders(tmp_path, "hw4")) == {"12": "bob"}


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


def test_a_link_in_the_folder_of_an_earlier_submission_is_moved_out_of_the_way(tmp_path: Path):
    sheetless = Submission("bob", {"hw4_partI": PART_1})
    folder = intake.store(sheetless, tmp_path / "submitted", ASSIGNMENT)
    (folder / "answers").symlink_to("/etc")
    intake.store(sheetless, tmp_path / "submitted", ASSIGNMENT)

    assert not (folder / "answers").is_symlink()
    assert (tmp_path / "superseded" / "hw4" / "bob" / "1" / "answers").is_symlink()


def test_a_full_disk_is_our_fault_and_leaves_the_earlier_submission(
    submission: Submission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = intake.store(submission, tmp_path / "submitted", ASSIGNMENT)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(GraderFault, match="No space left on device"):
        intake.store(replace(submission, files={"word_vectors": b"new"}), tmp_path / "submitted", ASSIGNMENT)

    monkeypatch.undo()
    assert digest_of(intake.read_folder(folder, "bob", ASSIGNMENT), ASSIGNMENT) == digest_of(submission, ASSIGNMENT)


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
        replace(submission, files={"derivation": submission.files["derivation"]}),
        replace(submission, files={**submission.files, "word_vectors": b""}),
        replace(submission, files={**submission.files, "derivation": PNG}),
        replace(submission, problem="x"),
    ]

    assert len({digest_of(entry, ASSIGNMENT) for entry in (submission, *changed)}) == len(changed) + 1
    assert digest_of(replace(submission, findings=()), ASSIGNMENT) == digest_of(submission, ASSIGNMENT)


def fixed(folder: Path) -> bytes:
    """Change a stored notebook as an instructor does who repairs it, and return what it holds."""
    (folder / "hw4_partI.ipynb").write_bytes(PART_2 + b" ")
    return PART_2 + b" "


def test_an_instructors_change_counts_while_the_student_sends_nothing_else(submission: Submission, tmp_path: Path):
    folder = intake.store(submission, tmp_path / "submitted", ASSIGNMENT)
    content = fixed(folder)

    for _ in range(2):  # the next downloads, with the same in them
        counts = intake.store_or_refuse(submission, tmp_path / "submitted", ASSIGNMENT)

        assert counts.notebooks["hw4_partI"] == content == (folder / "hw4_partI.ipynb").read_bytes()
        assert counts.findings[-1].text.startswith("hw4_partI.ipynb was changed by hand in submitted/")
        assert counts.sheets == submission.sheets
    of_folder = intake.store_or_refuse(only(tmp_path / "submitted"), tmp_path / "submitted", ASSIGNMENT)
    assert of_folder.findings[-1].text.startswith("The submission was changed by hand in submitted/")
    assert intake.store_or_refuse(submission, tmp_path / "submitted", ASSIGNMENT).notebooks["hw4_partI"] == content
    assert not (tmp_path / "superseded").exists()


def test_a_new_version_takes_the_place_of_an_instructors_change_and_says_so(submission: Submission, tmp_path: Path):
    folder = intake.store(submission, tmp_path / "submitted", ASSIGNMENT)
    content = fixed(folder)
    later = replace(submission, files={"word_vectors": PNG + b"2"})
    counts = intake.store_or_refuse(later, tmp_path / "submitted", ASSIGNMENT)

    assert counts.notebooks == submission.notebooks
    assert counts.findings[-1].text.endswith("it is kept in superseded/hw4/bob.")
    assert (tmp_path / "superseded" / "hw4" / "bob" / "1" / "hw4_partI.ipynb").read_bytes() == content
    again = intake.store_or_refuse(later, tmp_path / "submitted", ASSIGNMENT)
    assert again.findings == later.findings


def test_a_folder_made_by_hand_of_a_refused_submission_counts(submission: Submission, tmp_path: Path):
    refused = Submission("bob", problem="The zip is damaged.")
    assert intake.store_or_refuse(refused, tmp_path / "submitted", ASSIGNMENT).problem
    placed(tmp_path / "submitted", handed_in("bob", "bob/hw4/"))

    for _ in range(2):
        counts = intake.store_or_refuse(refused, tmp_path / "submitted", ASSIGNMENT)
        assert counts.problem is None
        assert counts.notebooks == submission.notebooks
        assert "changed by hand" in counts.findings[-1].text
    other = Submission("bob", problem="The zip is empty.")
    assert intake.store_or_refuse(other, tmp_path / "submitted", ASSIGNMENT).problem == "The zip is empty."


def test_a_refused_submission_does_not_get_the_points_of_an_earlier_one(submission: Submission, tmp_path: Path):
    intake.store(submission, tmp_path / "submitted", ASSIGNMENT)
    refused = Submission("bob", problem="The zip is damaged.")

    for _ in range(2):
        assert intake.store_or_refuse(refused, tmp_path / "submitted", ASSIGNMENT).problem


def test_a_folder_that_was_there_before_the_refusal_is_not_taken_for_a_repair(tmp_path: Path):
    """As when somebody sends a damaged zip under the id of a student whose work nbgrader had collected."""
    placed(tmp_path / "submitted", handed_in("bob", "bob/hw4/"))
    refused = Submission("bob", problem="The zip is damaged.")

    for _ in range(2):
        assert intake.store_or_refuse(refused, tmp_path / "submitted", ASSIGNMENT).problem
