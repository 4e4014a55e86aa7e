"""Does a class end with the right grades, whatever is stored already, whatever changed, and whoever was killed?

The grader is a stand-in that takes milliseconds (fake_grading); what is tested is everything around it.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import fake_grading
import nbformat
import pytest
import small_course
import whole_gradebook
from nbgrader import api

from autograder import intake, running
from autograder.commands import grade
from autograder.course import assignment as assignments
from autograder.gradebook import database
from autograder.grading import cache_key, check_run
from autograder.grading.cache_key import CacheKeys
from autograder.grading.check_run import CheckInfo
from autograder.handin.run_limits import Limits
from autograder.model.errors import ConfigError, GraderFault
from autograder.model.report import CheckResult, ItemResult, Report, Verdict
from autograder.model.submission import Submission
from autograder.reports import changes_table
from autograder.running import Settings, changes, worker
from autograder.running.changes import Change
from autograder.running.results import Graded, Store

STUDENTS = ("ada", "ben", "cem")
PART_I, PART_II = frozenset({"leaky_relu", "sample_noise"}), frozenset({"softmaxCostAndGradient"})


@dataclass
class Grader:
    """Grades as it is told; knows what it was asked."""

    wrong: set[tuple[str, str]] = field(default_factory=set)  # (student, item)
    faulty: set[tuple[str, str]] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)  # students whose grading raises
    when: dict[str, Callable[[], object]] = field(default_factory=dict)  # what happens while a student is graded
    asked: dict[str, frozenset[str]] = field(default_factory=dict)

    def grade(self, submission, course, plan, seed):
        self.asked[submission.student] = frozenset().union(*plan.values())
        self.when.get(submission.student, lambda: None)()
        if submission.student in self.broken:
            raise GraderFault("The lights went out.")
        found = {name: [self._told(submission.student, item) for item in sorted(ids)] for name, ids in plan.items()}
        return Graded({name: Report(submission.student, tuple(items)) for name, items in found.items()}).to_json()

    def _told(self, student: str, item: str) -> ItemResult:
        points = {"leaky_relu": 30.0, "sample_noise": 20.0, "softmaxCostAndGradient": 20.0}[item]
        verdict, score = Verdict.PASSED, points
        if (student, item) in self.faulty:
            verdict, score = Verdict.GRADER_FAULT, None
        elif (student, item) in self.wrong:
            verdict, score = Verdict.FAILED, 0.0
        message = "" if verdict is Verdict.PASSED else fake_grading.SENTENCE
        return ItemResult(item, score, points, verdict, (CheckResult("test_it", verdict, seen=message),))


@dataclass
class Class:
    """A class of three that is graded in this process."""

    course: Path
    inbox: Path
    out: Path
    grader: Grader

    def grade(self, **options) -> dict[str, frozenset[str]]:
        """Grade, and store the reports; return which items were graded, by student."""
        self.grader.asked.clear()
        assignment, store = assignments.load(self.course), Store(self.out, "hw4")
        with store.alone():
            list(running.grade_each(intake.each([self.inbox], assignment), assignment, store, Settings(**options)))
        return dict(self.grader.asked)

    def run(self, **options) -> None:
        """Run `autograder grade`, gradebook and report included."""
        grade.grade(self.course, [self.inbox], self.out, **options)

    def totals(self) -> dict[str, float]:
        return {report.student: report.total for report in Store(self.out, "hw4").all()}

    def edit_source(self, change: Callable[[dict[str, nbformat.NotebookNode]], object]) -> None:
        """Change cells of the first source notebook, given by their ids."""
        path = self.course / "source" / "hw4" / "hw4_partI.ipynb"
        notebook = nbformat.read(path, as_version=4)
        change({cell.id: cell for cell in notebook.cells})
        path.write_text(nbformat.writes(notebook))


@pytest.fixture(scope="module")
def registered(tmp_path_factory) -> Path:
    """A course with its gradebook, made once: creating a gradebook takes nbgrader seconds."""
    course = small_course.make(tmp_path_factory.mktemp("registered") / "course")
    small_course.register(course)
    fake_grading.hand_in(course / "inbox", STUDENTS, course)
    return course


@pytest.fixture
def checks(monkeypatch) -> dict[str, str]:
    """One hidden check for each item; its digest is what a test says it is."""
    digests = dict.fromkeys(PART_I | PART_II, "first")
    infos = [CheckInfo("test_it", item, 1, "It is so.", item, False) for item in sorted(digests)]
    monkeypatch.setattr(check_run, "collect", lambda assignment: infos)
    monkeypatch.setattr(
        cache_key, "checks_digest", lambda modules, hidden: json.dumps([digests[name] for name in modules])
    )
    return digests


@pytest.fixture
def a_class(registered, tmp_path, monkeypatch, checks) -> Class:
    """A class of three of which nothing is graded yet; everything they hand in is right."""
    course = Path(shutil.copytree(registered, tmp_path / "course"))
    grader = Grader()
    monkeypatch.setattr(worker, "grade", grader.grade)
    return Class(course, course / "inbox", course, grader)


# --- what is graded again ---


def test_what_is_unchanged_is_not_graded_again(a_class: Class):
    """The second run grades nothing and says so; --fresh grades everything."""
    assert a_class.grade() == dict.fromkeys(STUDENTS, PART_I | PART_II)
    assert a_class.grade() == {}
    assert a_class.grade(fresh=True) == dict.fromkeys(STUDENTS, PART_I | PART_II)
    assert a_class.totals() == dict.fromkeys(STUDENTS, 70)


def test_a_changed_check_grades_its_item_again(a_class: Class, checks):
    """Of everybody, and no other item."""
    a_class.grade()
    checks["sample_noise"] = "second"

    assert a_class.grade() == dict.fromkeys(STUDENTS, frozenset({"sample_noise"}))
    assert a_class.grade() == {}


def test_a_changed_source_cell_grades_its_notebook_again(a_class: Class):
    """The cells of a notebook run together, so all its items rest on each."""
    a_class.grade()
    a_class.edit_source(lambda cells: setattr(cells["imports"], "source", "import numpy as np"))

    assert a_class.grade() == dict.fromkeys(STUDENTS, PART_I)


def test_changed_prose_grades_nothing_again(a_class: Class):
    """A typo in a prompt costs nobody a minute."""
    a_class.grade()
    a_class.edit_source(lambda cells: setattr(cells["opening"], "source", "# Part one"))

    assert a_class.grade() == {}


@pytest.mark.parametrize(
    ("name", "value"), [("engine_digest", lambda hidden: "another"), ("_libraries", lambda named: {"numpy": "9.9"})]
)
def test_a_changed_grader_grades_everything_again(a_class: Class, monkeypatch, name, value):
    """Whatever runs, or what it runs with."""
    a_class.grade()
    monkeypatch.setattr(cache_key, name, value)

    assert a_class.grade() == dict.fromkeys(STUDENTS, PART_I | PART_II)


def test_a_new_submission_is_graded_where_it_differs(a_class: Class):
    """One notebook is new: the items of the other keep their results, and nobody else is graded."""
    a_class.grade()
    first = Store(a_class.out, "hw4").graded("ada").parts["hw4_partI"]
    fake_grading.hand_in(a_class.inbox, ["ada"], changed(a_class.course, "hw4_partII"))

    assert a_class.grade() == {"ada": PART_II}
    assert Store(a_class.out, "hw4").graded("ada").parts["hw4_partI"] == first


def changed(course: Path, notebook: str) -> Path:
    """Return a copy of a course in which a notebook has a word more."""
    other = Path(shutil.copytree(course, course.parent / "other", ignore=shutil.ignore_patterns("inbox")))
    path = other / "source" / "hw4" / f"{notebook}.ipynb"
    path.write_text(path.read_text().replace('"metadata": {', '"metadata": {"edited": true,', 1))
    return other


def test_limits_seed_and_confinement_are_in_the_key_of_every_result(assignment):
    """With other ones a student could have another score."""
    submission = Submission("ada", {"hw4_partI": b"{}"})
    usual = CacheKeys(assignment, "seed").of(submission)
    others = [
        CacheKeys(assignment, "seed", limits=Limits(call_cpu_s=5)),
        CacheKeys(assignment, "another seed"),
        CacheKeys(assignment, "seed", weak=True),
    ]

    assert CacheKeys(assignment, "seed").of(submission) == usual
    for other in others:
        keys = other.of(submission)
        assert {key for key in usual if keys[key] != usual[key]} == usual.keys()


def test_files_are_in_the_keys_only_of_the_items_that_look_at_them(assignment):
    """A new plot touches `word_vectors`, a new answer sheet what is found out about the sheets."""
    known = CacheKeys(assignment, "seed")
    before = known.of(Submission("ada", {"hw4_partII": b"{}"}))
    with_plot = known.of(Submission("ada", {"hw4_partII": b"{}"}, files={"word_vectors": b"PNG"}))
    with_words = known.of(Submission("ada", {"hw4_partII": b"{}"}, {"cbow": "words"}))

    assert {key for key in before if with_plot[key] != before[key]} == {"word_vectors"}
    assert {key for key in before if with_words[key] != before[key]} == {cache_key.WRITTEN}


def test_a_check_rests_on_all_that_it_imports(tmp_path):
    """A changed reference grades again what uses it, also by way of another module."""
    texts = {
        "__init__": "", "check_a": "from .shared import f", "check_b": "from . import expect",
        "shared": "from .reference import g", "reference": "", "expect": "",
    }  # fmt: skip
    (tmp_path / "checks").mkdir()
    for name, text in texts.items():
        (tmp_path / "checks" / f"{name}.py").write_text(text)

    def digests() -> dict[str, str]:
        return {check: cache_key.checks_digest({f"checks.{check}"}, tmp_path) for check in ("check_a", "check_b")}

    def touched_by(name: str) -> set[str]:
        before = digests()
        (tmp_path / "checks" / f"{name}.py").write_text(texts[name] + "\n# changed")
        return {check for check, digest in digests().items() if digest != before[check]}

    assert {name: touched_by(name) for name in texts} == {
        "__init__": {"check_a", "check_b"}, "check_a": {"check_a"}, "check_b": {"check_b"},
        "shared": {"check_a"}, "reference": {"check_a"}, "expect": {"check_b"},
    }  # fmt: skip


# --- who gained, who lost ---


def test_the_run_ends_with_who_gained_and_who_lost(a_class: Class, checks, capsys):
    """Each with the item, the points before and after, and why; the first run has nothing to compare with."""
    a_class.grader.wrong = {("ada", "leaky_relu")}
    a_class.run()
    assert "run before" not in capsys.readouterr().out

    checks["leaky_relu"] = "second"
    a_class.grader.wrong = {("ben", "leaky_relu")}
    a_class.run()
    told = capsys.readouterr().out

    assert "1 score rose and 1 score fell" in told
    assert "ben  leaky_relu  30 -> 0 of 30  its checks changed: fails now: Right code does this." in told
    assert "ada  leaky_relu  0 -> 30 of 30  its checks changed: passes now: Right code does this." in told
    assert told.index("ben  leaky_relu  30") < told.index("ada  leaky_relu  0")

    a_class.run()
    assert "No score differs from the run before." in capsys.readouterr().out


def test_what_was_sent_again_is_one_line(a_class: Class, capsys):
    """However many items changed; the total first, then each item."""
    a_class.grader.wrong = {("ada", "leaky_relu"), ("ben", "sample_noise")}
    a_class.run()
    capsys.readouterr()
    a_class.grader.wrong = {("ada", "sample_noise"), ("ben", "leaky_relu")}
    fake_grading.hand_in(a_class.inbox, ["ada", "ben"], changed(a_class.course, "hw4_partI"))
    a_class.run()
    lines = capsys.readouterr().out.splitlines()

    assert "Compared with the run before, 1 score rose and 1 score fell:" in lines
    assert "  ada: sent again, 40 -> 50 of 70: leaky_relu 0 -> 30, sample_noise 20 -> 0" in lines
    assert "  ben: sent again, 50 -> 40 of 70: leaky_relu 30 -> 0, sample_noise 0 -> 20" in lines
    assert sum("sent again" in line for line in lines) == 2


@pytest.mark.parametrize("first", [b"no zip at all", None], ids=["refused first", "refused then"])
def test_what_is_refused_or_accepted_by_now_is_one_line(first: bytes | None, a_class: Class, capsys):
    """With the sentence why it is refused."""
    path = a_class.inbox / "ada_HW4.zip"
    good = path.read_bytes()
    path.write_bytes(first or good)
    a_class.run()
    capsys.readouterr()
    path.write_bytes(good if first else b"no zip at all")
    a_class.run()
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "sent again" in line]

    assert line.startswith(
        "  ada: sent again, 0 -> 70 of 70: " if first else "  ada: sent again, 70 -> 0 of 70: refused: "
    )


@pytest.mark.parametrize("reason", ["the assignment changed", "the grader changed", "regraded"])
def test_the_reason_is_what_changed(a_class: Class, monkeypatch, capsys, reason):
    """Another assignment, another grader; or nothing, and it was graded again."""
    a_class.run()
    a_class.grader.wrong = {("ada", "leaky_relu")}
    if reason == "the assignment changed":
        a_class.edit_source(lambda cells: setattr(cells["imports"], "source", "import numpy as np"))
    elif reason == "the grader changed":
        monkeypatch.setattr(cache_key, "engine_digest", lambda hidden: "another")
    a_class.run(fresh=reason == "regraded")

    assert f"ada  leaky_relu  30 -> 0 of 30  {reason}: fails now" in capsys.readouterr().out


def test_a_long_list_of_changes_is_cut_and_counted():
    """What is not listed is counted by item, and the greatest loss stands first."""
    many = [Change(f"s{number:03}", "leaky_relu", 3.0, number / 100, 3.0, "why") for number in range(100)]
    lines = changes_table.format_changes(many).splitlines()

    assert lines[0].startswith("Compared with the run before, 0 scores rose and 100 scores fell")
    assert lines[1].split() == ["s000", "leaky_relu", "3", "->", "0", "of", "3", "why"]
    assert lines[-1].split() == ["and", str(100 - changes_table.MOST_SHOWN), "more:", "60", "in", "leaky_relu"]


def test_changes_of_a_killed_run_are_told_by_the_next(tmp_path):
    """From the score before the first of them to the latest; half a line at the end is no harm."""
    path = tmp_path / ".autograder" / "hw4" / "changes.jsonl"
    changes.ChangeLog(path).add([Change("ada", "a", 3.0, 1.0, 3.0, "one"), Change("ada", "b", 0.0, 1.0, 1.0, "same")])
    with path.open("a") as file:
        file.write('\n{"student": "ben", "it')
    changes.ChangeLog(path).add([Change("ada", "a", 1.0, 2.0, 3.0, "two"), Change("ada", "b", 1.0, 0.0, 1.0, "undone")])
    found = changes.ChangeLog(path).all()
    changes.ChangeLog(path).close()

    assert found == [Change("ada", "a", 3.0, 2.0, 3.0, "two")]
    assert changes.ChangeLog(path).all() == []


# --- faults, people, others ---


def test_a_fault_costs_only_what_was_to_be_graded_and_a_rerun_mends_it(a_class: Class, checks, capsys):
    """The other items keep their scores; the fault is a finding, and is never taken for a result."""
    a_class.grade()
    checks["leaky_relu"] = "second"
    a_class.grader.broken = {"ada"}
    a_class.run()
    report = Store(a_class.out, "hw4").report("ada")

    assert [item.score for item in report.items] == [None, 20, 20]
    assert report.item("leaky_relu").verdict is Verdict.GRADER_FAULT
    assert "The lights went out." in [finding.text for finding in report.findings]
    assert "ada  leaky_relu  30 -> ? of 30" in capsys.readouterr().out

    a_class.grader.broken = set()
    assert a_class.grade() == {"ada": frozenset({"leaky_relu"})}
    assert a_class.totals() == dict.fromkeys(STUDENTS, 70)
    assert Store(a_class.out, "hw4").report("ada").findings == Store(a_class.out, "hw4").report("ben").findings


def test_an_item_with_a_fault_is_graded_again(a_class: Class):
    """And no other item of the submission."""
    a_class.grader.faulty = {("ben", "sample_noise")}
    a_class.grade()
    a_class.grader.faulty = set()

    assert a_class.grade() == {"ben": frozenset({"sample_noise"})}
    assert a_class.totals() == dict.fromkeys(STUDENTS, 70)


def test_marks_by_people_survive_a_regrade(a_class: Class, checks):
    """Formgrader asks again only where the automatic score that somebody overruled is a new one."""
    a_class.run()
    db_url = small_course.db_url(a_class.course, a_class.out)
    with api.Gradebook(db_url) as book:
        for item, notebook, mark in (("attacks", "adversarial", 7.5), ("leaky_relu", "hw4_partI", 25.0)):
            grade = book.find_grade(item, notebook, "hw4", "ada")
            grade.manual_score, grade.needs_manual_grade = mark, False
        book.find_comment("attacks", "adversarial", "hw4", "ada").manual_comment = "Well argued."
        book.db.commit()
    checks["leaky_relu"] = "second"
    a_class.grader.wrong = {("ada", "leaky_relu")}
    a_class.run()

    mine = whole_gradebook.dump(db_url)["hw4"]["submissions"]["ada"]
    assert mine["adversarial"]["grades"]["attacks"] == (0.0, 7.5, None, False)  # nothing was written
    assert mine["adversarial"]["comments"]["attacks"][1] == "Well argued."
    assert mine["hw4_partI"]["grades"]["leaky_relu"] == (0.0, 25.0, None, True)


def test_two_runs_at_once_are_refused(a_class: Class):
    """The second one says so and touches nothing; afterwards it may."""
    with Store(a_class.out, "hw4").alone(), pytest.raises(ConfigError, match="Another `autograder grade` writes"):
        a_class.run()
    assert not (a_class.out / "results").exists()

    assert a_class.grade().keys() == set(STUDENTS)


def test_a_gradebook_that_is_locked_midway_stops_no_grading(a_class: Class, monkeypatch):
    """Everybody is graded and stored, one sentence says who is missing, and the same command enters them."""
    monkeypatch.setattr(database, "LOCK_TIMEOUT_S", 0.1)
    other = sqlite3.connect(a_class.out / "gradebook.db", isolation_level=None, check_same_thread=False)
    a_class.grader.when["ben"] = lambda: other.execute("BEGIN EXCLUSIVE")
    with (
        contextlib.closing(other),
        pytest.raises(ConfigError, match=r"locked\. 2 submissions are graded but not enter"),
    ):
        a_class.run()
    assert a_class.totals() == dict.fromkeys(STUDENTS, 70)
    assert entered(a_class) == {"ada"}

    a_class.grader.when.clear()
    a_class.grader.asked.clear()
    a_class.run()
    assert a_class.grader.asked == {}
    assert entered(a_class) == set(STUDENTS)


def entered(a_class: Class) -> set[str]:
    return set(whole_gradebook.dump(small_course.db_url(a_class.course, a_class.out))["hw4"]["submissions"])


def test_a_folder_that_cannot_be_written_stops_no_grading(a_class: Class):
    """What formgrader shows of one student is missing; everybody is in the gradebook, and a rerun mends the rest."""
    (a_class.out / "autograded").mkdir()
    (a_class.out / "autograded" / "ben").write_text("not a folder")
    with pytest.raises(ConfigError, match=r"autograded/ben.* 1 submission is graded but not entered"):
        a_class.run()
    assert entered(a_class) == set(STUDENTS)

    (a_class.out / "autograded" / "ben").unlink()
    a_class.run()
    assert {path.parent.parent.name for path in a_class.out.glob("autograded/*/hw4/hw4_partI.ipynb")} == set(STUDENTS)


def test_a_submission_that_cannot_be_stored_is_graded(a_class: Class, tmp_path):
    """Its report says what is wrong with the folder."""
    (a_class.out / "submitted").mkdir()
    (a_class.out / "submitted" / "ben").symlink_to(tmp_path)
    a_class.run()

    assert a_class.totals() == dict.fromkeys(STUDENTS, 70)
    assert "is a link to another place" in Store(a_class.out, "hw4").report("ben").findings[-1].text


def test_a_folder_graded_for_nbgrader_is_stored_as_well(a_class: Class):
    """So `autograder report` sees it, and what is unchanged is not graded again."""
    assignment = assignments.load(a_class.course)
    for submission in intake.each([a_class.inbox], assignment):
        folder = intake.store(submission, a_class.course / "submitted", assignment)
        report = running.grade_folder(folder, submission.student, assignment)
        assert Store(a_class.course, "hw4").report(submission.student) == report

    assert a_class.totals() == dict.fromkeys(STUDENTS, 70)
    assert a_class.grade() == {}


def test_what_cannot_be_read_of_the_store_is_graded_again(a_class: Class):
    """A power cut can leave empty files; they are no reason to stop, and nothing is made of them."""
    a_class.grade()
    (a_class.out / ".autograder" / "hw4" / "graded" / "ada.json").write_text("")
    (a_class.out / ".autograder" / "hw4" / "graded" / "ben.json").write_text('{"parts": 3}')
    (a_class.out / "results" / "hw4" / "cem.json").write_text("{")

    assert a_class.grade().keys() == {"ada", "ben"}
    assert a_class.totals() == dict.fromkeys(STUDENTS, 70)


def test_a_refused_submission_keeps_nothing_of_an_older_one(a_class: Class):
    """Its report says what is wrong; when the old file comes back, nothing has to be graded again."""
    good = (a_class.inbox / "ada_HW4.zip").read_bytes()
    a_class.grade()
    (a_class.inbox / "ada_HW4.zip").write_bytes(b"no zip")
    assert a_class.grade() == {}
    assert a_class.totals()["ada"] == 0

    (a_class.inbox / "ada_HW4.zip").write_bytes(good)
    assert a_class.grade() == {}
    assert a_class.totals()["ada"] == 70


def test_results_are_the_same_after_storing(assignment):
    """What is read back is what was written, cache keys included."""
    keys = CacheKeys(assignment, "seed").of(Submission("ada"))
    part = replace(small_course.report("ada", assignment), findings=())
    graded = Graded({"hw4_partI": part}, part.awaiting_person, keys)

    assert Graded.from_json(graded.to_json()) == graded
    assert graded.stale(keys, assignment) is None
    assert Graded().stale(keys, assignment) is not None


@pytest.fixture(autouse=True)
def nothing_left(tmp_path) -> Iterator[None]:
    """No run leaves its work folder behind."""
    yield
    assert list(tmp_path.rglob(".autograder/hw4/work")) == []
