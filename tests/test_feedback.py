"""What goes back: every mark and reason, nothing that is not the student's to know, and names that Canvas takes."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import small_course
from nbgrader import api

from autograder import intake, running
from autograder.cli import main
from autograder.course import assignment as assignments
from autograder.formats.markdown_to_html import markdown_to_html
from autograder.gradebook import ScoreWriter
from autograder.gradebook.marks import Mark, StudentMarks, final_scores, marks
from autograder.handin.problems import Level
from autograder.model.errors import ConfigError
from autograder.model.report import SEEN, CheckResult, Finding, Report, Verdict
from autograder.model.result_folders import ResultFolders
from autograder.model.submission import DownloadEntry, Submission
from autograder.model.submission_status import SubmissionStatus, status_of
from autograder.nbgrader.formgrader_notebooks import Assembler
from autograder.reports import feedback
from autograder.reports.about_run import AboutRun
from autograder.reports.feedback import ClassWork, page_text
from autograder.reports.student_page import Homework, StudentWork, student_page

SEED = "the-seed-that-students-cannot-know"
HOSTILE = "<script>document.title='owned'</script>\"'><img src=x onerror=alert(1)>\x1b[31m\u202egnp"
ABOUT = AboutRun("", "A small homework")
SENTENCE = "Inputs below zero are multiplied by alpha."


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return assignments.load(small_course.make(tmp_path_factory.mktemp("course")))


def report(course, student: str = "ann", **results) -> Report:
    return replace(small_course.report(student, course, **results), seed=SEED)


def failing(course, message: str, name: str = "test_the_hidden_name_of_this_check") -> Report:
    """Return a report whose first item lost that check and passed another."""
    whole = report(course)
    sentence, _, seen = message.partition(SEEN)
    lost = CheckResult(name, Verdict.FAILED, 1, sentence, seen)
    checks = (lost, CheckResult("test_another_hidden_name", Verdict.PASSED))
    return replace(whole, items=(replace(whole.items[0], checks=checks), *whole.items[1:]))


def html(course, found: Report, items: dict[str, Mark] | None = None, **options) -> str:
    page = student_page(found, StudentMarks(items or {}, **options), Homework(course), StudentWork())
    return page_text(page, ABOUT)


def test_what_was_accepted_and_noted_is_told(course):
    """A note is no loss: it stands beside full points, and the stored report keeps it."""
    whole = report(course)
    check = CheckResult("test_hidden", Verdict.PASSED, note="gradPred has shape (1, 9)")
    noted = replace(whole, items=(replace(whole.items[0], checks=(check,)), *whole.items[1:]))

    assert "Accepted, with a note: gradPred has shape (1, 9)." in Words(html(course, noted)).text
    assert Report.from_json(noted.to_json()) == noted


class Words(HTMLParser):
    """The words of a page, and the names of its tags and attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words, self.tags, self.attributes = [], set(), set()
        self._skip = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self._skip = tag == "style"

    def handle_data(self, data):
        if not self._skip:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_a_lost_point_comes_with_its_reason(course):
    """The sentence about right code and what was seen; how many checks passed, but none by name."""
    words = Words(html(course, failing(course, f"{SENTENCE}{SEEN}for x = -1 your function returned 0."))).text

    assert f"{SENTENCE} (worth 15 of 30 points) for x = -1 your function returned 0." in words
    assert "1 of 2 checks passes, which is worth 15 of 30 points." in words


def test_seed_and_names_of_checks_stay_here(course):
    """Neither as they are, nor as words."""
    page = html(course, failing(course, SENTENCE))

    for secret in (SEED, "hidden_name", "hidden name", "another hidden"):
        assert secret not in page


def test_findings_stay_here(course):
    """They may name another student; only the reason of a refusal is the student's own."""
    found = report(course).with_findings(Finding("warning", "The folder of bob goes by the id ann."))

    assert "bob" not in html(course, found)


def test_what_is_about_the_students_own_files_is_told(course):
    own = Finding(Level.INFO, f"hw: line 3 of a cell could not run. {HOSTILE}", for_student=True)
    other = Finding(Level.WARNING, "The plot is that of bob.")
    noticed = report(course).with_findings(own, other)
    words = Words(html(course, noticed))

    assert "line 3 of a cell could not run" in words.text
    assert "bob" not in words.text
    assert "script" not in words.tags
    assert Report.from_json(noticed.to_json()) == noticed


def test_marks_and_comments_of_people_are_shown(course):
    """With the machine's verdict on the formula, and the sum of everything."""
    given = {
        "leaky_relu": Mark(machine=15.0),
        "sample_noise": Mark(machine=10.0, person=12.5, comment="The seed does no harm."),
        "softmaxCostAndGradient": Mark(machine=20.0),
        "attacks": Mark(person=7.0, extra=1.0, comment="Which norm?\nSee [2]."),
        "grad_softmax_u": Mark(person=10.0),
        "plot_reading": Mark(open=True),
    }
    words = Words(html(course, report(course), given)).text

    assert "So far 65.5 of the 90 points that are marked; 10 points are not marked yet." in words
    assert "A person set these points; the checks gave 10." in words
    assert "The seed does no harm." in words
    assert "attacks partly right 7 + 1 extra / 10" in words
    assert "Comment Which norm? See [2]." in words
    assert "Formula check: It differs from the gradient." in words
    assert "A sign is wrong" not in words, "that is for the marker"
    assert "Not final: 1 answer waits for a person" in words
    assert "not marked yet – / 10" in words


def test_points_for_being_late_are_taken_off_once(course):
    """And the page says so; a total is never below zero."""
    given = {"leaky_relu": Mark(machine=15.0)}  # for the other two, the report says 10 each

    late = Words(html(course, report(course), given, penalty=3.0, late="1 day late")).text
    assert "So far 32 of the 70 points that are marked" in late
    assert "1 day late. 35 points earned, 3 taken off." in late
    assert "So far 0 of the 70 points" in Words(html(course, report(course), given, penalty=300.0)).text


def test_who_is_late_by_an_unknown_time_reads_so(course):
    """Nothing is taken off, and the page says that it will be."""
    words = Words(html(course, report(course), late="late, number of days unknown", late_unknown=True)).text

    assert "Late, number of days unknown. The penalty is not applied yet." in words


def test_a_fault_of_ours_is_no_fault_of_the_students(course):
    """Neither zero nor full points, and none of our own words about it."""
    found = report(course, leaky_relu=None)
    words = Words(html(course, found, {"leaky_relu": Mark(open=True)})).text

    assert "could not be graded yet – / 30" in words
    assert "This item could not be graded yet, through no fault of yours." in words
    assert "The worker died." not in words


def test_a_refused_submission_says_what_to_send(course):
    """And nothing about items that nobody could look at."""
    refused = running.refused(Submission("ann", problem="'x.zip' is not a zip: send a zip."), course, SEED)
    words = Words(html(course, refused)).text

    assert "This submission could not be graded. 'x.zip' is not a zip: send a zip." in words
    assert "Random" not in words
    assert "not marked yet" not in words


def test_written_work_beside_a_damaged_file_is_not_refused(course):
    """Untouched notebooks, filled sheets and a damaged PDF: what a person gives reaches the page and the export."""
    damaged = Finding("error", "derivation.pdf is not a PDF: export the derivation as a PDF.")
    untouched = report(course, **dict.fromkeys((item.id for item in course.auto_items), Verdict.NOT_ATTEMPTED))
    found = replace(untouched, findings=(damaged,))
    marks = StudentMarks({item.id: Mark(person=item.points) for item in course.person_items})
    possible = sum(item.points for item in course.person_items)

    words = Words(html(course, found, dict(marks.items))).text
    (score,) = final_scores([found], {found.student: marks}, course, {})

    assert status_of(found) is SubmissionStatus.FINDINGS
    assert "could not be graded" not in words
    assert f"{possible:g} of {sum(item.points for item in course.items):g} points." in words
    assert (score.earned, score.why_open) == (possible, "")


def test_a_comment_is_markdown_with_mathematics(course):
    """As the desk composes it, or typed in formgrader: lists, formulas and line breaks; nothing that a page loads."""
    points = "- **1 of 2** for $\\sum_k u_k$:\n  - **0 of 1** for the sign\n- **-0.5** late\n  thought"
    own = "Which norm?\nSee [2](http://example.org) and ![x](http://example.org/x.png), <b>x</b>.\n\n```\na\n  b\n```"
    page = html(course, report(course), {"attacks": Mark(person=1.0, comment=f"{points}\n\n{own}")})
    comment = page[page.index('<div class="comment">') : page.index("</details>", page.index('<div class="comment">'))]

    assert "<li><strong>1 of 2</strong> for <math" in comment
    assert "<li><strong>0 of 1</strong> for the sign" in comment
    assert "late\nthought" in comment
    assert "Which norm?<br />\nSee [2](http://example.org)" in comment
    assert "&lt;b&gt;x&lt;/b&gt;" in comment
    assert "a\n  b" in comment
    assert not {"a", "img", "script"} & Words(comment).tags


@pytest.mark.parametrize(
    "comment", ["# a\n" * 9_000, "> " * 8_000 + "x", "*" * 16_000, "$x$ " * 4_000, "```\nx", "\x1b[31m\ue0000\ue001"]
)
def test_a_comment_of_any_form_is_a_page(course, comment: str):
    """What cannot be read as markdown in bounded time is shown as it was typed."""
    words = Words(html(course, report(course), {"attacks": Mark(person=1.0, comment=comment)}))

    assert "attacks partly right 1 / 10" in words.text
    assert "Comment" in words.text
    assert "\x1b" not in words.text


def test_hostile_text_is_shown_and_nothing_more(course):
    """In a message, a comment, what is said of a formula, a student's name: no tag and no attribute but ours."""
    plain = Words(html(course, failing(course, SENTENCE), {"attacks": Mark(person=1.0, comment="No.")}))
    found = failing(course, f"{SENTENCE}{SEEN}{HOSTILE}")
    found = replace(
        found,
        student=HOSTILE,
        awaiting_person=tuple(replace(entry, formula="wrong", for_student=HOSTILE) for entry in found.awaiting_person),
    )
    page = html(course, found, {"attacks": Mark(person=1.0, comment=HOSTILE)})
    hostile = Words(page)

    assert hostile.tags <= plain.tags | {"pre"}
    assert hostile.attributes <= plain.attributes
    assert "<script>document.title='owned'</script>" in hostile.text
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_a_page_loads_nothing_and_runs_nothing(course):
    """One inline style, allowed by its hash; no script at all."""
    page = html(course, report(course))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[1]

    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert not Words(page).tags & {"script", "link", "iframe"}
    assert not re.search(r'(?:src|href)="(?!#|data:image/jpeg;base64,)', page)


def write(course, out: Path, reports, **options):
    folders, marks, work = ResultFolders(out, course.name), options.pop("marks", {}), options.pop("work", ClassWork())
    return feedback.write(reports, marks, Homework(course, **options), folders, about=ABOUT, work=work)


def test_every_student_has_a_page_and_an_entry_in_the_zip(course, tmp_path):
    """Without names from Canvas an entry is called after the student; the same input gives the same bytes."""
    reports = [report(course, student) for student in ("bob", "ann")]
    written = write(course, tmp_path, reports)
    first = written.zip.read_bytes()

    assert {path.parent.name for path in written.folder.rglob("index.html")} == {"ann", "bob"}
    assert zipfile.ZipFile(written.zip).namelist() == ["ann_feedback.html", "bob_feedback.html"]
    assert (written.pages, written.open_pages, written.loose) == (2, 2, ())
    assert write(course, tmp_path, reports[::-1]).zip.read_bytes() == first


def test_canvas_gets_back_the_names_that_it_gave(course, tmp_path):
    """A page goes back as what came: for a zip as a zip; who sent single files is listed, and who sent none."""
    canvas = {
        "ann": DownloadEntry("11", False, ("doeann_11_901_ann_HW4.zip",)),
        "bob": DownloadEntry("12", True, ("doebob_LATE_12_902_x.ipynb", "doebob_LATE_12_903_bob_HW4-1.zip")),
        "eve": DownloadEntry("13", False, ("doeeve_13_904_eve_hw4_partI.ipynb", "doeeve_13_905_eve_hw4_partII.ipynb")),
        "joe": DownloadEntry("14", False, ("doejoe_14_text.html",)),
    }
    written = write(course, tmp_path, [report(course, student) for student in canvas], work=ClassWork(canvas=canvas))
    entries = zipfile.ZipFile(written.zip)

    assert entries.namelist() == [
        "doeann_11_901_ann_HW4.zip",
        "doebob_LATE_12_903_bob_HW4-1.zip",
        "doeeve_13_904_eve_hw4_partI.ipynb",
    ]
    inner = zipfile.ZipFile(io.BytesIO(entries.read("doeann_11_901_ann_HW4.zip")))
    assert inner.read("ann_feedback.html") == (tmp_path / "feedback" / "hw4" / "ann" / "index.html").read_bytes()
    assert entries.read("doeeve_13_904_eve_hw4_partI.ipynb").startswith(b"<!DOCTYPE html>")
    assert written.loose == ("eve",)
    assert written.left_out == ("joe",)


def test_a_name_that_is_no_folder_gets_no_page(course, tmp_path):
    """Nothing is written outside of feedback/."""
    written = write(course, tmp_path, [report(course, "../../ann"), report(course, "bob")])

    assert written.failed == ("'../../ann' cannot be the name of a folder.",)
    assert [path.name for path in (tmp_path / "feedback" / "hw4").iterdir()] == ["bob"]


def test_model_answers_are_shown_only_if_switched_on(course, tmp_path):
    """Of sheets, notebook questions and code; never the mark schemes or the hidden tests."""
    answers = ("L-BFGS minimises a weighted sum", "Words of one kind lie close", "tf.maximum(x, alpha * x)")
    off = write(course, tmp_path, [report(course)]).folder / "ann" / "index.html"
    without = off.read_text()
    on = write(course, tmp_path, [report(course)], show_model_answers=True).folder / "ann" / "index.html"
    shown = on.read_text()

    for answer in answers:
        assert answer not in without
        assert answer in shown
    for secret in ("Names what each attack minimises", "One point for each cluster", "HIDDEN TESTS", "BEGIN SOLUTION"):
        assert secret not in shown


def test_model_answers_of_this_course_are_typeset(assignment):
    """Every formula becomes MathML; none is left as it was typed."""
    for name in assignment.sheets:
        for item in assignment.sheet(name).items:
            page = markdown_to_html(item.model_answer)
            assert page.count("<math") == len(re.findall(r"\$\$[^$]+\$\$|\$[^$\n]+\$", item.model_answer))
            assert "<code>$" not in page


def test_typesetting_shows_what_it_does_not_know():
    """An unknown command, raw HTML, dollars in code."""
    assert "<code>$" in markdown_to_html(r"so $\left( x$ it is") or "<math" in markdown_to_html(r"so $\left( x$ it is")
    assert "<script>" not in markdown_to_html("a <script>alert(1)</script> b")
    assert "$x$" in markdown_to_html("```\ncosts $x$ more\n```")


def test_marks_are_read_from_the_gradebook(course, tmp_path):
    """Scores of the machine, marks, extra credit and comments of people, and what waits."""
    db_url = small_course.db_url(course.course_dir, tmp_path)
    with ScoreWriter(course, small_course.settings(course), db_url) as writer:
        for student in ("ann", "bob"):
            writer.record(
                Assembler(course, small_course.settings(course)).assemble(report(course, student), Submission(student))
            )
    with api.Gradebook(db_url) as book:
        grade = book.find_grade("attacks", "adversarial", "hw4", "ann")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 6.5, 1.0, False
        book.find_comment("attacks", "adversarial", "hw4", "ann").manual_comment = "Fine."
        book.find_comment("leaky_relu_solution", "hw4_partI", "hw4", "ann").manual_comment = "Short."
        book.db.commit()
    found = marks(db_url, course)

    assert found.keys() == {"ann", "bob"}
    assert found["ann"].items["attacks"] == Mark(0.0, 6.5, 1.0, False, "Fine.")
    assert found["ann"].items["leaky_relu"] == Mark(15.0, None, 0.0, False, "Short.")
    assert found["bob"].items["attacks"] == Mark(0.0, None, 0.0, False, "")
    assert found["ann"].items.keys() == {item.id for item in course.items}


def test_without_a_gradebook_the_sentence_says_what_to_do(course, tmp_path):
    """And no empty gradebook is left behind."""
    with pytest.raises(ConfigError, match="run `autograder grade` first"):
        marks(f"sqlite:///{tmp_path / 'gradebook.db'}", course)
    (tmp_path / "broken.db").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(ConfigError, match="cannot be read"):
        marks(f"sqlite:///{tmp_path / 'broken.db'}", course)

    assert not (tmp_path / "gradebook.db").exists()


def test_the_command_from_end_to_end(course, tmp_path, monkeypatch, capsys):
    """Code 2 before anything was graded, 1 as long as answers wait for a person, 0 when all are marked."""
    monkeypatch.chdir(course.course_dir)
    command = ["feedback", "--out", str(tmp_path)]
    assert main(command) == 2
    assert capsys.readouterr().err.startswith("autograder: There are no stored reports")

    db_url = small_course.db_url(course.course_dir, tmp_path)
    sheets = small_course.sheets(course.course_dir, attacks="My words.", grad_softmax_u="My steps.")
    download = DownloadEntry("11", False, ("doeann_11_901_x.zip",))
    submission = Submission("ann", {"hw4_partI": b"{}"}, sheets, download=download)
    intake.store(submission, tmp_path / "submitted", course)
    (tmp_path / "results" / "hw4").mkdir(parents=True)
    (tmp_path / "results" / "hw4" / "ann.json").write_text(report(course).to_json())
    with ScoreWriter(course, small_course.settings(course), db_url) as writer:
        writer.record(Assembler(course, small_course.settings(course)).assemble(report(course), submission))
    assert main(command) == 1
    assert "Not final: 2 answers of 1 student are not marked yet." in capsys.readouterr().out

    with api.Gradebook(db_url) as book:
        for item in course.person_items:
            grade = book.find_grade(item.id, item.notebook, "hw4", "ann")
            grade.manual_score, grade.needs_manual_grade = item.points, False
        book.db.commit()
    assert main([*command, "--model-answers"]) == 0
    assert "65 of 100 points." in Words((tmp_path / "feedback" / "hw4" / "ann" / "index.html").read_text()).text
    assert zipfile.ZipFile(tmp_path / "hw4_feedback_for_canvas.zip").namelist() == ["doeann_11_901_x.zip"]


def test_who_claims_the_id_of_another_neither_takes_the_place_nor_learns_the_name(course, tmp_path):
    """Refused under Canvas's own name, with an answer by Canvas; whose the id is stands in a finding alone."""
    submitted = tmp_path / "submitted"
    stored = Submission("ann", {"hw4_partI": b"{}"}, download=DownloadEntry("11", False, ("doeann_11_901_x.zip",)))
    other = Submission(
        "ann", {"hw4_partI": b"[]"}, download=DownloadEntry("99", False, ("roeann_99_902_x.zip",), own_id="roeann_99")
    )
    assert intake.store_or_refuse(stored, submitted, course).problem is None
    refused = intake.store_or_refuse(other, submitted, course)

    assert refused.student == "roeann_99"
    assert "doeann" in refused.findings[0].text
    page = html(course, running.refused(refused, course, SEED))
    assert "belongs to another student on Canvas: send your files as" in Words(page).text
    assert "doeann" not in page
    known = [
        intake.download_entry(submitted, student, course, refused=refused)
        for student, refused in (("ann", False), ("roeann_99", True))
    ]
    assert [entry.user for entry in known] == ["11", "99"]
    assert intake.download_entry(submitted, "bob", course, refused=False) is None
