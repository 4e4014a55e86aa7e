"""Regrade requests in the gradebook: taken once, answered with the mark in one step, undone, kept over a regrade."""

from __future__ import annotations

import contextlib
import copy
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import postgres_server
import pytest
import small_course
import whole_gradebook
from desk_class import ADA, BEN, ITEM, DeskClass
from nbgrader import api

from autograder.gradebook import ScoreWriter, marks
from autograder.gradebook.desk_book import Decision, Status, Taken
from autograder.gradebook.regrade_requests import count_open, open_requests, regrade_requests
from autograder.gradebook.request_rows import Asking
from autograder.gradebook.request_writes import Answer, Outcome
from autograder.intake.asked_requests import Asked
from autograder.model.submission import Submission

CODE = "leaky_relu"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def made(request, tmp_path_factory) -> Iterator[tuple[DeskClass, Callable[[], str]]]:
    """A class of three, marked, of whom ann asks about a written answer and bob about code; and what copies it."""
    folder = small_course.make(tmp_path_factory.mktemp("requests") / "course")
    small_course.register(folder)
    with contextlib.ExitStack() as stack:
        db_url = f"sqlite:///{folder / 'gradebook.db'}"
        if request.param == "postgres":
            server = stack.enter_context(postgres_server.running())
            name = postgres_server.new_database(server)
            db_url = server.format(name=name)
        desk = DeskClass(folder, db_url)
        desk.hand_in(["ann", "bob", "cyd"])
        with desk.book:
            desk.save(ADA, "ann", "bob", "cyd", ticks="1", comment="Half of it.", done=True)
            desk.book.release(ITEM, ADA)
            desk.book.ask([Asked("ann", ITEM, "I name both optimisers."), Asked("bob", CODE, "My slope is right.")])

        def copied() -> str:
            if request.param == "postgres":
                return server.format(name=postgres_server.new_database(server, name))
            number = len(list(folder.glob("copy*.db")))
            return f"sqlite:///{shutil.copy(folder / 'gradebook.db', folder / f'copy{number}.db')}"

        yield desk, copied


@pytest.fixture
def desk(made: tuple[DeskClass, Callable[[], str]]) -> Iterator[DeskClass]:
    """That class, of which nothing is left behind."""
    desk = copy.copy(made[0])
    desk.db_url = made[1]()
    desk.book = desk.open()
    with desk.book:
        yield desk


def cell(desk: DeskClass, student: str, item: str = ITEM) -> tuple:
    """Return (auto score, manual score, extra credit, needs a person)."""
    books = whole_gradebook.dump(desk.db_url)["hw4"]["submissions"][student].values()
    return next(book["grades"][item] for book in books if item in book["grades"])


def asking(desk: DeskClass, student: str) -> Asking:
    """Return what a student asks."""
    return next(entry for entry in desk.book.askings() if entry.student == student)


def answer(desk: DeskClass, student: str, reply: str = "You are right.", marker=BEN, **given) -> Asking:
    """Answer as on a page that was opened just now."""
    shown = asking(desk, student)
    members = (student, *given.get("others", ()))
    seen = desk.seen(*members) if shown.item == ITEM else {}
    place = (student, shown.item)
    return desk.book.answer(place, Answer(reply, **given), marker, asked=shown.revision, seen=seen)


BOTH = Decision(frozenset("12"), comment="Half of it.", done=True)


def test_what_was_read_before_adds_nothing(desk: DeskClass):
    """The same words, however they are spaced; other words of the same student are a further request."""
    asked = [
        Asked("ann", ITEM, " i name  BOTH optimisers."),
        Asked("ann", ITEM, "And the norm."),
        Asked("zed", ITEM, "x"),
    ]

    assert desk.book.ask(asked) == [Outcome.KNOWN, Outcome.FURTHER, Outcome.NOT_GRADED]
    assert [one.reason for one in asking(desk, "ann").requests] == ["I name both optimisers.", "And the norm."]
    assert open_requests(desk.db_url, desk.assignment) == 2


def test_the_oldest_of_an_item_comes_first(desk: DeskClass):
    """Items in the order of the homework."""
    desk.book.ask([Asked("cyd", CODE, "Mine too."), Asked("cyd", ITEM, "Mine too.")])

    order = [(entry.item, entry.student) for entry in desk.book.askings()]
    assert order == [(CODE, "bob"), (CODE, "cyd"), (ITEM, "ann"), (ITEM, "cyd")]


def test_mark_and_reply_are_one_step(desk: DeskClass):
    """Nbgrader's row, the request, and what the feedback page reads of it."""
    done = answer(desk, "ann", decision=BOTH)

    assert cell(desk, "ann") == (None, 10.0, None, False)
    assert desk.state("ann").marker == "Ben"
    (told,) = regrade_requests(desk.db_url, desk.assignment)["ann"][ITEM]
    assert (told.reply, told.before, told.after, told.marker, told.moved) == ("You are right.", 5.0, 10.0, "Ben", 5.0)
    assert not done.open
    assert count_open(regrade_requests(desk.db_url, desk.assignment)) == 1


def test_a_reply_alone_leaves_the_mark_to_who_gave_it(desk: DeskClass):
    """Also where the same decision is sent again."""
    same = replace(BOTH, ticks=frozenset("1"))
    answer(desk, "ann", "The second part is missing.", decision=same)

    assert (desk.state("ann").marker, desk.state("ann").score) == ("Ada", 5.0)
    assert desk.book.history(ITEM, "ann")[-1].kind == "reply"
    assert regrade_requests(desk.db_url, desk.assignment)["ann"][ITEM][0].after == 5.0


def test_one_reply_answers_all_open_requests_about_an_item(desk: DeskClass):
    """What was answered before keeps its own reply."""
    answer(desk, "ann", "No.")
    desk.book.ask([Asked("ann", ITEM, "Please look at line 3."), Asked("ann", ITEM, "And at line 4.")])
    answer(desk, "ann", "Yes.", decision=BOTH)

    replies = [one.reply for one in asking(desk, "ann").requests]
    assert replies == ["No.", "Yes.", "Yes."]


@pytest.mark.parametrize("with_others", [False, True])
def test_others_with_the_same_answer_follow_if_the_marker_says_so(desk: DeskClass, with_others: bool):
    """Otherwise the one who asked leaves the group."""
    others = ("cyd",) if with_others else ()
    answer(desk, "ann", decision=BOTH, others=others, take_out="" if with_others else "ann")

    assert desk.state("cyd").score == (10.0 if with_others else 5.0)
    assert desk.state("bob").score == 5.0
    assert desk.book.splits(ITEM) == (frozenset() if with_others else {"ann"})

    assert desk.book.undo_answer(BEN) == ("ann", ITEM)
    assert [desk.state(student).score for student in ("ann", "cyd")] == [5.0, 5.0]


def test_undo_brings_mark_and_request_back(desk: DeskClass):
    """From the page of the requests; the reply stays as a draft."""
    answer(desk, "ann", decision=BOTH)

    assert desk.book.undo_answer(BEN) == ("ann", ITEM)
    assert desk.state("ann").score == 5.0
    assert [(one.is_open, one.reply, one.after) for one in asking(desk, "ann").requests] == [
        (True, "You are right.", None)
    ]
    assert desk.book.undo_answer(BEN) is None


def test_undo_on_the_page_of_the_question_does_the_same(desk: DeskClass):
    """It is the last decision of this browser."""
    answer(desk, "ann", decision=BOTH)

    assert desk.book.undo(ITEM, BEN) == ("ann",)
    assert asking(desk, "ann").open
    assert desk.state("ann").score == 5.0


def test_undo_overwrites_nobody(desk: DeskClass):
    """Somebody marked the answer since."""
    answer(desk, "ann", decision=BOTH)
    desk.save(ADA, "ann", ticks="2", done=True)

    with pytest.raises(Taken, match="stays as it is"):
        desk.book.undo_answer(BEN)
    assert not asking(desk, "ann").open


def test_what_changed_since_it_was_opened_is_not_answered(desk: DeskClass):
    """Another marker was faster, the student wrote again, or the mark moved."""
    shown, seen = asking(desk, "ann"), desk.seen("ann")
    desk.book.ask([Asked("ann", ITEM, "One more thing.")])
    with pytest.raises(Taken, match="asked again"):
        desk.book.answer(("ann", ITEM), Answer("No."), BEN, asked=shown.revision, seen=seen)

    shown = asking(desk, "ann")
    answer(desk, "ann", "No.", marker=ADA)
    with pytest.raises(Taken, match="Ada answered this request"):
        desk.book.answer(("ann", ITEM), Answer("Yes."), BEN, asked=shown.revision, seen=seen)


def test_one_marker_at_a_time(desk: DeskClass):
    """Until the lease runs out, or it is given back."""
    desk.book.hold_request(("ann", ITEM), ADA)
    assert desk.book.request_holders(BEN) == {("ann", ITEM): "Ada"}
    with pytest.raises(Taken, match="Ada has this request open"):
        desk.book.hold_request(("ann", ITEM), BEN)
    with pytest.raises(Taken, match="Ada has this request open"):
        answer(desk, "ann", "No.")

    desk.book.hold_request(("bob", CODE), ADA)  # the next one: the first is given back
    desk.book.hold_request(("ann", ITEM), BEN)
    desk.book.give_back_requests(ADA)
    assert desk.book.request_holders(BEN) == {}


def regrade(desk: DeskClass, student: str, score: float) -> None:
    """Grade a student's code again, with another result."""
    report = small_course.report(student, desk.assignment)
    items = tuple(replace(entry, score=score) if entry.id == CODE else entry for entry in report.items)
    with ScoreWriter(desk.assignment, desk.settings, desk.db_url) as writer:
        sheets = small_course.sheets(desk.folder, **{ITEM: f"My words. {student}"})
        writer.record(desk.assembler.assemble(replace(report, items=items), Submission(student, sheets=sheets)))


def test_points_of_checks_are_a_score_of_nbgraders(desk: DeskClass):
    """Formgrader shows it, feedback and export count it; the machine's stays beside it."""
    machine = asking(desk, "bob").grade.machine
    answer(desk, "bob", points=machine - 2)

    assert cell(desk, "bob", CODE) == (machine, machine - 2, None, False)
    assert marks.marks(desk.db_url, desk.assignment)["bob"].items[CODE].score == machine - 2


def test_points_survive_a_regrade_and_ask_again_when_it_differs(desk: DeskClass):
    """The same result changes nothing; another one leaves the points, and lets the queue show them again."""
    machine = asking(desk, "bob").grade.machine
    answer(desk, "bob", points=machine - 2)
    regrade(desk, "bob", machine)
    assert cell(desk, "bob", CODE) == (machine, machine - 2, None, False)
    assert not asking(desk, "bob").asks_again

    regrade(desk, "bob", machine - 1)
    assert cell(desk, "bob", CODE) == (machine - 1, machine - 2, None, True)
    assert asking(desk, "bob").asks_again

    answer(desk, "bob", "The checks are right now.", points=machine - 0.996)  # as the checks say: no points of a person
    assert cell(desk, "bob", CODE) == (machine - 1, None, None, False)
    assert not asking(desk, "bob").asks_again


def test_undo_brings_the_points_of_checks_back(desk: DeskClass):
    """Unless they were graded again since."""
    before = cell(desk, "bob", CODE)
    answer(desk, "bob", points=1.0)
    assert desk.book.undo_answer(BEN) == ("bob", CODE)
    assert cell(desk, "bob", CODE) == before
    assert asking(desk, "bob").open

    answer(desk, "bob", points=1.0)
    regrade(desk, "bob", 3.0)
    with pytest.raises(Taken, match="graded again"):
        desk.book.undo_answer(BEN)


def test_a_resubmission_keeps_the_request_and_says_so(desk: DeskClass):
    """The points that it began with stay, and the ones of today stand beside them."""
    with api.Gradebook(desk.db_url) as book:
        book.find_grade(ITEM, desk.assignment.item(ITEM).notebook, "hw4", "ann").manual_score = 8.0
        book.db.commit()
    assert asking(desk, "ann").moved_meanwhile == (5.0, 8.0)

    desk.hand_in(["ann"], "Other words.")

    assert asking(desk, "ann").open
    assert desk.state("ann").status is Status.BEGUN


def test_a_gradebook_without_requests_says_none(desk: DeskClass, tmp_path: Path):
    """Also where there is none yet."""
    assert regrade_requests(f"sqlite:///{tmp_path / 'none.db'}", desk.assignment) == {}
