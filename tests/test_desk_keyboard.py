"""A question of twelve students by keys alone, from the first answer to the last disagreement, and where marks go."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import marked_class
import pytest
import small_course
import whole_gradebook
from browser import DESKTOP, PATIENCE_MS
from desk_keys import Keys
from formgrader_server import Formgrader
from marked_class import ANSWERS, Desk, MarkedClass
from playwright.sync_api import Browser, expect

from autograder.commands.export import export
from autograder.commands.feedback import feedback
from autograder.commands.report import report
from autograder.gradebook import scores
from autograder.model.result_folders import ResultFolders

ITEM = "attacks"
COMMENT, REASON = "Which *norm* is it?", "No source is named."
NEW_RUBRIC = "- **6** Names what each attack minimises.\n- **4** Names the optimiser of each."
# What the two markers agree on in the end: twelve students, two of whom wrote nothing.
POINTS = dict.fromkeys(["ann", "ben", "cem", "ian"], 6.0) | dict.fromkeys(["dan", "fay", "joe"], 10.0)
POINTS |= {"eve": 4.0, "gus": 5.0, "hal": 0.0}
CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section,hw4 (7)\n    Points Possible,,,,,100\n"


@dataclass(frozen=True)
class Marked:
    """The class after two people marked it, and the server of the first of them."""

    made: MarkedClass
    desk: Desk
    keys: Keys

    @property
    def formgrader(self) -> Formgrader:
        """Formgrader on the same server."""
        return Formgrader(f"http://127.0.0.1:{self.desk.port}")

    def books(self) -> dict:
        """Return nbgrader's tables."""
        return whole_gradebook.dump(scores.url(small_course.settings(self.made.assignment), self.made.out))["hw4"][
            "submissions"
        ]

    def overview(self) -> Keys:
        """Go to the list of questions."""
        self.keys.go_to("/marking/hw4").part("main.wide-page").wait_for()
        return self.keys

    def open(self, student: str) -> Keys:
        """Find a student by name, and open the answer."""
        keys = self.overview().tab_to("Find a student").write(student).press("Enter").see("h1", student)
        return keys.tab_to(ITEM).press("Enter").see("#number", "Answer")

    def points(self) -> dict[str, float | None]:
        """Return what people gave, by student, as nbgrader's tables say; None where one is still to look."""
        found = {}
        for student, books in self.books().items():
            machine, person, _, waits = books["adversarial"]["grades"][ITEM]
            found[student] = None if waits else machine if person is None else person
        return found


@pytest.fixture(scope="module")
def marked(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marked]:
    """Two markers with a server each, the first one's with formgrader. No test of this module has a mouse."""
    folder = tmp_path_factory.mktemp("class")
    made = marked_class.make(folder, settings="c.MarkingDesk.second_share = 1.0\n", out=folder / "course")
    formgrader = ["nbgrader.server_extensions.formgrader"]
    with marked_class.running(made, extensions=formgrader) as desk, marked_class.running(made, marker="max") as other:
        first, second = (browser.new_context(viewport=DESKTOP) for _ in range(2))
        for context in (first, second):
            context.set_default_timeout(PATIENCE_MS)
        eva, max_ = Keys(first.new_page(), desk.entrance), Keys(second.new_page(), other.entrance)
        mark(eva)
        change_the_rubric(eva)
        mark_blind(max_)
        settle(eva)
        yield Marked(made, desk, eva)
        first.close()
        second.close()


def mark(eva: Keys) -> None:
    """Mark the question: a group, a group that is split, and four alone."""
    eva.tab_to(f"Mark {ITEM}").go_on()
    eva.see(".group", "3 answers").press("1").see("#score", "5")
    eva.press("c").write(COMMENT).see("#preview", "norm").go_on("Control+Enter")

    eva.see(".group", "3 answers").press("g").see("#panel", "3 answers, one decision")
    eva.press("ArrowRight", "x").see(".group", "2 answers").press("1", "2").see("#score", "10").go_on()

    while eva.key:
        mark_one(eva)
    eva.see("main", "10 of 10 answers")


def mark_one(eva: Keys) -> None:
    """Mark an answer that is in no group, each in another way."""
    said = eva.answer
    if "Adam" in said:  # taken out of its group: the comment is chosen by its number
        eva.press("2", "c").see("#offers", COMMENT).press("1", "Escape")
        expect(eva.part("#comment")).to_have_value(COMMENT)
        eva.go_on()
    elif "slow" in said:  # a decision that is taken back: first that it is done, then what was ticked
        shown = eva.key
        eva.press("t").see("#score", "10").go_on().press("u").see("#said", "Undone")
        assert eva.key == shown
        eva.appear(".state.begun").press("u").appear(".state.unmarked").press("1").see("#score", "5").go_on()
    elif "Carlini" in said:
        eva.press("a").write("-1").press("Enter").write(REASON).press("Enter", "1").see("#score", "4").go_on()
    elif "not know" in said:
        eva.press("e").see("#said", "0 points").go_on()
    else:
        eva.press("1").see("#score", "5").go_on()


def change_the_rubric(eva: Keys) -> None:
    """Give the first point more and the second less; see who gains and loses before it counts."""
    eva.tab_to(f"Rubric of {ITEM}").press("Enter").see("h1", f"Rubric of {ITEM}")
    eva.tab_to("The mark scheme as text").press("Control+A")
    eva.write(NEW_RUBRIC).tab_to("Show what changes").press("Enter")
    eva.see("#shown", "6 answers would gain and 1 answer would lose points.")
    eva.tab_to("Let it count").press("Enter").see("#said", "7 marks moved")


def mark_blind(max_: Keys) -> None:
    """Give all points to everybody, without seeing what the first marker did."""
    max_.tab_to(ITEM).go_on()
    while max_.key:
        max_.see(".label", "second mark").appear(".state.unmarked")
        assert max_.part("#rubric input:checked").count() == 0
        assert max_.part("#comment").input_value() == ""
        assert "eva" not in max_.part("body").inner_text()
        max_.press("t").see("#score", "10").go_on()
    max_.see(".notice", f"Every answer to {ITEM} is marked, or open with somebody else.")


def settle(eva: Keys) -> None:
    """Let the first mark count, but for one answer the second."""
    eva.go_to("/marking/hw4").see("h1", "A small homework")
    eva.tab_to("Second marks and agreement").press("Enter").see("h1", "Second marks").tab_to("Settle 8").go_on()
    while eva.key:
        eva.appear(".state.disagreed").press("s" if "slow" in eva.answer else "p").go_on()
    eva.see("main", "No two marks differ.")


def test_marks_are_in_nbgraders_gradebook(marked: Marked):
    """Points after the changed rubric, nobody waits, and the comment has what was earned."""
    comments = {name: books["adversarial"]["comments"][ITEM][1] for name, books in marked.books().items()}

    assert marked.points() == {student: POINTS.get(student, 0.0) for student in ANSWERS}
    assert all(COMMENT in comments[student] for student in ("ann", "ben", "cem", "eve"))
    assert REASON in comments["gus"]
    assert not comments["kim"]


def table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_marks_are_in_what_the_commands_write(marked: Marked, tmp_path: Path):
    """The page of the class with its table, each student's own page, and Canvas's gradebook."""
    course = marked.made.course
    (tmp_path / "canvas.csv").write_text(CANVAS + "".join(f"{name},{n},,{name},A,\n" for n, name in enumerate(ANSWERS)))
    report(course)
    feedback(course)
    export(course, tmp_path / "canvas.csv", partial=True)
    folders = ResultFolders(course, "hw4")
    grades = {row["student"]: row for row in table(folders.report / "grades.csv")}
    canvas = {row["Student"]: row for row in table(folders.scores_for_canvas)}
    machine = 35.0  # half of all points that checks give

    assert {name: float(row[ITEM]) for name, row in grades.items()} == {name: POINTS.get(name, 0.0) for name in ANSWERS}
    assert {name: float(canvas[name]["hw4 (7)"]) for name in ANSWERS} == {
        name: machine + POINTS.get(name, 0.0) for name in ANSWERS
    }
    page = (folders.feedback / "gus" / "index.html").read_text()
    assert REASON in page
    assert "Names what each attack minimises" in page
    assert "Which <em>norm</em> is it?" in (folders.feedback / "ann" / "index.html").read_text()


def test_formgrader_and_the_desk_show_each_others_marks(marked: Marked):
    """What its own pages ask for has the desk's points and comment; what it saves is shown on the desk, and counts."""
    ask = marked.formgrader.ask
    books = {book["student"]: book["id"] for book in json.loads(ask("api/submitted_notebooks/hw4/adversarial"))}
    [grade] = json.loads(ask(f"api/grades?submission_id={books['gus']}"))
    comments = [entry["manual_comment"] for entry in json.loads(ask(f"api/comments?submission_id={books['gus']}"))]

    assert (grade["manual_score"], grade["needs_manual_grade"]) == (5.0, False)
    assert any(REASON in (comment or "") for comment in comments)
    try:
        ask(f"api/grade/{grade['id']}", {"manual_score": 2.0, "extra_credit": None}, "PUT")
        marked.open("gus").appear(".state.formgrader").see("#score", "2")
        assert marked.points()["gus"] == 2.0
    finally:
        ask(f"api/grade/{grade['id']}", {"manual_score": 5.0, "extra_credit": None}, "PUT")


def test_who_hands_in_again_is_asked_again_alone(marked: Marked):
    """Where the answer changed, with what was ticked before; who answered alike keeps the mark, and nobody waits."""
    before = marked.points()
    marked_class.hand_in(marked.made, {"ann": "One minimises a norm, the other a margin.", "ben": ANSWERS["ben"]})
    after = marked.points()

    assert after == before | {"ann": None}
    keys = marked.overview().see(".card:not(.finished)", "9 of 10 answers").tab_to(f"Mark {ITEM}").go_on()
    keys.see("#answer", "a norm, the other a margin").see("#state", "handed in again: look again").see("#score", "6")
    assert keys.part("#rubric input:checked").evaluate_all("boxes => boxes.map(box => box.dataset.id)") == ["1"]
    keys.go_on().see("main", "10 of 10 answers")
    assert marked.points() == before
