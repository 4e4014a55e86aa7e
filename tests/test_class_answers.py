"""All answers of a class as the marking desk reads them: kept, refreshed, made anew, and nobody's other files."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import small_course
from PIL import Image

from autograder import gradebook, intake
from autograder.course import assignment as assignments
from autograder.course import course_settings
from autograder.formats.small_pictures import encoded
from autograder.gradebook.recorder import Recorder
from autograder.marking import class_answers
from autograder.marking.answer_digest import answer_digest
from autograder.marking.class_answers import ClassAnswers
from autograder.marking.rendered_pictures import Pictures, RenderedPictures
from autograder.marking.student_answers import Status
from autograder.model.report import FormulaStatus, Report
from autograder.model.result_folders import ResultFolders
from autograder.model.submission import GroupWork, Submission
from autograder.nbgrader.stored_answers import StoredWork

ATTACKS = "## attacks (10 points)\n\n**Answer.**\n\nOne minimises {}.\n"


class Drawn(RenderedPictures):
    """Pictures without the process that draws them."""

    def plot(self, png: bytes) -> Pictures:
        return self.photo(png)

    def pages(self, pdf: bytes) -> Pictures:
        return Pictures(self.photo(pdf).files * 2, "The PDF has 30 pages; the first 20 are shown.")

    def photo(self, data: bytes) -> Pictures:
        return Pictures((encoded(Image.new("RGB", (40, 30), (len(data) % 256, 0, 0)), "JPEG"),))

    def small_plot(self, png: bytes) -> None:
        return None


@pytest.fixture(autouse=True)
def _drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.marking.rendered_pictures.RenderedPictures", Drawn)


class Course:
    """A small course with a few students' work recorded, as a run of the grader records it."""

    def __init__(self, folder: Path) -> None:
        self.assignment = assignments.load(small_course.make(folder / "course"))
        self.settings = course_settings.load(self.assignment.course_dir)
        self.folders = ResultFolders(folder / "out", "hw4")

    def record(self, *submissions: Submission) -> None:
        self.folders.results.mkdir(parents=True, exist_ok=True)
        url = gradebook.url(self.settings, self.folders.out)
        with Recorder(self.assignment, self.settings, url, self.folders.out) as recorder:
            for submission in submissions:
                report = small_course.report(submission.student, self.assignment)
                stored = intake.store_or_refuse(submission, self.folders.submitted, self.assignment)
                report = replace(report, refused=stored.problem or "")
                (self.folders.results / f"{submission.student}.json").write_text(report.to_json())
                recorder.record(report, stored)
        assert (recorder.problem, recorder.not_entered) == ("", [])

    def answers(self) -> ClassAnswers:
        return StoredWork(self.assignment, self.settings, self.folders, Drawn()).class_answers()


def work(student: str, words: str = "a distance", **more: object) -> Submission:
    return Submission(student, {}, {"adversarial": ATTACKS.format(words)}, **more)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.marking.rendered_pictures.RenderedPictures", Drawn)
        course = Course(tmp_path_factory.mktemp("class"))
        group = GroupWork("Team 1", "bob", ("bob", "cid", "dan"))
        course.record(
            work("ann", files={"derivation": b"%PDF-1.7", "word_vectors": b"\x89PNG"}, others={"answers.docx": b"PK"}),
            work("bob", "its norm", group=group),
            work("cid", "its norm", group=group),
            work("dan", "its size", group=group),
            Submission("eve", problem="The zip cannot be opened: make it again."),
        )
    return course


@pytest.fixture
def course(recorded: Course, tmp_path: Path) -> Course:
    """A copy that a test may change."""
    copy = Course.__new__(Course)
    copy.assignment, copy.settings = recorded.assignment, recorded.settings
    shutil.copytree(recorded.folders.out, tmp_path / "out")
    copy.folders = ResultFolders(tmp_path / "out", "hw4")
    return copy


def test_everything_that_a_marker_sees_is_there(recorded):
    """Text, formula, sentences and pictures by item; what may be on paper or in a file is not called empty."""
    answers = recorded.answers()
    ann = answers.of_student("ann")

    assert answers.students == ("ann", "bob", "cid", "dan", "eve")
    assert (ann["attacks"].status, ann["attacks"].text.strip()) == (Status.WRITTEN, "One minimises a distance.")
    assert ann["grad_softmax_u"].status is Status.ELSEWHERE
    assert ann["grad_softmax_u"].formula is FormulaStatus.WRONG
    assert ann["grad_softmax_u"].diagnosis == "A sign is wrong."
    assert not [note for note in ann["grad_softmax_u"].notes if "Formula" in note]
    assert any("answers.docx" in note for note in ann["plot_reading"].notes)
    (pdf,) = ann["grad_softmax_u"].exhibits
    assert [(page.alt, page.width, page.height) for page in pdf.pictures] == [
        ("derivation.pdf, page 1", 40, 30), ("derivation.pdf, page 2", 40, 30),
    ]  # fmt: skip
    assert (pdf.original, pdf.note.startswith("The PDF has 30 pages")) == ("derivation.pdf", True)
    assert answers.of_item("attacks")["bob"] is answers.of_student("bob")["attacks"]
    assert answers.of_student("bob")["plot_reading"].status is Status.EMPTY


def test_a_refused_submission_waits_for_nobody(recorded):
    """Each of its answers says why."""
    eve = recorded.answers().of_student("eve")

    assert {(answer.status, answer.reason) for answer in eve.values()} == {
        (Status.REFUSED, "The zip cannot be opened: make it again.")
    }


def test_a_group_is_marked_once(recorded):
    """By the member who sent it, or stands first; a member whose work differs is marked alone."""
    attacks = recorded.answers().of_item("attacks")

    assert attacks["bob"].status is Status.WRITTEN
    assert (attacks["cid"].status, attacks["cid"].reason) == (Status.SHARED, "bob")
    assert attacks["dan"].status is Status.WRITTEN


def test_a_file_is_given_only_by_a_name_that_the_answers_know(recorded):
    """No other file of the folder, no path, no other student's; pictures only if they are some."""
    answers = recorded.answers()

    assert answers.file("ann", "derivation_page_02.jpg").kind == "image/jpeg"
    assert answers.file("ann", "derivation.pdf").data == b"%PDF-1.7"
    for student, name in [
        ("ann", "hw4_partI.ipynb"), ("ann", "answers/adversarial.md"), ("ann", "../hw4/derivation.pdf"),
        ("bob", "derivation.pdf"), ("../ann", "derivation.pdf"), ("nobody", "derivation.pdf"), ("ann", ""),
        ("ann", "derivation.pdf\0"), ("ann", "/etc/passwd"),
    ]:  # fmt: skip
        assert answers.file(student, name) is None


def test_a_link_in_the_place_of_a_picture_is_not_followed(course):
    """Nor is anything served that is no picture, whatever its name is."""
    answers, folder = course.answers(), course.folders.autograded("ann")
    (folder / "secret").write_bytes(b"\xff\xd8\xff secret")
    (folder / "derivation_page_01.jpg").unlink()
    (folder / "derivation_page_01.jpg").symlink_to(folder / "secret")
    (folder / "derivation_page_02.jpg").write_bytes(b"<svg onload=alert(1)>")
    (folder / "word_vectors.jpg").unlink()
    os.mkfifo(folder / "word_vectors.jpg")

    for name in ("derivation_page_01.jpg", "derivation_page_02.jpg", "word_vectors.jpg"):
        assert answers.file("ann", name) is None


def test_what_changed_is_taken_up_and_nothing_else_is_read(course, monkeypatch):
    """A recorded submission, one that is new and one that is gone; without a change no file is opened."""
    answers = course.answers()
    version, before = answers.version, answers.of_item("attacks")
    old = 1_000_000_000
    for folder in (course.folders.answers, course.folders.results):
        os.utime(folder, (old, old))
    answers.refresh()
    monkeypatch.setattr(ClassAnswers, "_all_stamps", None)

    assert answers.refresh() == frozenset()
    monkeypatch.undo()
    course.record(work("ann", "something else"), work("fay"))
    (course.folders.results / "dan.json").unlink()
    assert answers.refresh() == {"ann", "fay", "dan"}
    assert answers.refresh() == frozenset()
    assert answers.version == version + 1
    assert "something else" in answers.of_item("attacks")["ann"].text
    assert answers.students == ("ann", "bob", "cid", "eve", "fay")
    assert "something else" not in before["ann"].text


def test_an_equal_record_changes_nothing(course):
    """A regrade that finds the same leaves the files alone."""
    answers, times = course.answers(), [path.stat().st_mtime_ns for path in course.folders.answers.iterdir()]
    course.record(work("bob", "its norm", group=GroupWork("Team 1", "bob", ("bob", "cid", "dan"))))

    assert [path.stat().st_mtime_ns for path in course.folders.answers.iterdir()] == times
    assert answers.refresh() == frozenset()


def test_a_class_without_files_of_answers_is_read_from_what_was_submitted(course):
    """As one that was graded by an earlier version; the files are then there, and say the same."""
    before = {path.name: path.read_text() for path in course.folders.answers.iterdir()}
    shutil.rmtree(course.folders.answers)
    answers = course.answers()

    assert answers.students == ("ann", "bob", "cid", "dan", "eve")
    assert {path.name: path.read_text() for path in course.folders.answers.iterdir()} == before


@pytest.mark.parametrize("damage", ["", "{", "[]", "null", '{"schema": 99}', "[" * 100_000, "other", "path", "item"])
def test_a_damaged_file_is_made_anew(course, damage):
    """Also one of another schema, of another student, with a path in it, or without an item."""
    path = course.folders.answers / "ann.json"
    data = json.loads(path.read_text())
    if damage == "other":
        path.write_text(json.dumps({**data, "student": "bob"}))
    elif damage == "path":
        path.write_text(path.read_text().replace('derivation.pdf","is', '../../x.pdf","is'))
    elif damage == "item":
        path.write_text(json.dumps({**data, "answers": data["answers"][1:]}))
    else:
        path.write_text(damage)
    answers = course.answers()

    assert json.loads(path.read_text()) == data
    assert answers.file("ann", "derivation.pdf") is not None
    path.write_text("{")
    answers.refresh()
    assert answers.of_student("ann")["attacks"].text


def test_a_submission_that_is_gone_is_named(course):
    """The others are there."""
    (course.folders.answers / "ann.json").unlink()
    shutil.rmtree(course.folders.submitted / "ann")
    answers = course.answers()

    assert answers.students == ("bob", "cid", "dan", "eve")
    assert [*answers.missing] == ["ann"]
    assert "What ann handed in is not in" in answers.missing["ann"]


def test_a_report_is_written_without_reading_answers_again(course, monkeypatch):
    """The class report compares what the files hold."""
    monkeypatch.setattr("autograder.nbgrader.formgrader_notebooks.written_answers", None)

    assert course.answers().of_student("ann")["attacks"].text


def test_the_digest_knows_what_was_handed_in_and_nothing_else():
    """Not blanks and line ends, which editors change, nor in which order files come."""
    digest = answer_digest(["One\ntwo", "x = 1"], {"a": b"1", "b": b"2"})

    assert digest == answer_digest(["One  \r\ntwo\n\n", "x = 1"], {"b": b"2", "a": b"1"})
    others = [
        answer_digest(["One\ntwo!", "x = 1"], {"a": b"1", "b": b"2"}),
        answer_digest(["One\ntwo", "x = 2"], {"a": b"1", "b": b"2"}),
        answer_digest(["One\ntwo", "x = 1"], {"a": b"1"}),
        answer_digest(["One\ntwo", "x = 1"], {"a": b"2", "b": b"1"}),
        answer_digest(["One\ntwox = 1", ""], {"a": b"1", "b": b"2"}),
        answer_digest(["One\n\ud800", "x = 1"]),
    ]
    assert digest not in others
    assert len({*others}) == len(others)


def test_the_digest_of_an_answer_follows_everything_that_is_shown_with_it(course):
    """The pages of a PDF for the items that they are shown with, and for no other."""
    before = course.answers().of_student("ann")
    course.record(
        work("ann", files={"derivation": b"%PDF-1.8", "word_vectors": b"\x89PNG"}, others={"answers.docx": b"PK"})
    )
    after = course.answers().of_student("ann")

    changed = {item for item in before if before[item].digest != after[item].digest}
    assert changed == {"grad_softmax_u"}


def test_answers_to_be_grouped_say_what_stands_beside_them(course):
    """The same pages of a PDF are the same for two students, whatever else they wrote."""
    same = {"derivation": b"%PDF-1.7"}
    course.record(work("ben", "a loss", files=same), work("cleo", "a norm", files=same), work("dan"))
    answers = course.answers()
    beside = {
        student: {item: answer.beside for item, answer in answers.of_student(student).items() if answer.beside}
        for student in ("ben", "cleo", "dan")
    }

    assert beside["ben"] == beside["cleo"]
    assert list(beside["ben"]) == ["grad_softmax_u"]
    assert beside["dan"] == {}


def test_what_is_kept_is_what_was_recorded(recorded):
    """Every field comes back from the file."""
    read = class_answers.StudentAnswers.from_json((recorded.folders.answers / "ann.json").read_bytes())
    report = Report.from_json((recorded.folders.results / "ann.json").read_text())
    stored = StoredWork(recorded.assignment, recorded.settings, recorded.folders, Drawn()).answers(report)

    assert read == stored
