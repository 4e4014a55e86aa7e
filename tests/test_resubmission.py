"""After a resubmission a person is asked again for what changed, and for nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import small_course
from desk_class import ADA, BEN, ITEM, DeskClass
from sqlalchemy import create_engine, delete, text

from autograder.gradebook import ScoreWriter, desk_tables, marks
from autograder.gradebook.desk_book import Decision, Status, Taken
from autograder.marking.student_answers import Status as Answered
from autograder.model.submission import GroupWork, Submission

OTHER = "grad_softmax_u"


@pytest.fixture(scope="module")
def registered(tmp_path_factory) -> Path:
    folder = small_course.make(tmp_path_factory.mktemp("again") / "course")
    small_course.register(folder)
    return folder


@pytest.fixture
def desk(registered: Path, tmp_path: Path) -> Iterator[DeskClass]:
    folder = Path(shutil.copytree(registered, tmp_path / "course"))
    desk = DeskClass(folder, f"sqlite:///{folder / 'gradebook.db'}")
    with desk.book:
        yield desk


def hand_in(desk: DeskClass, *, refused: str = "", **answers: str) -> None:
    """Record ann's submission with these answers."""
    sheets = {} if refused else small_course.sheets(desk.folder, **answers)
    problem = refused or None
    with ScoreWriter(desk.assignment, desk.settings, desk.db_url) as writer:
        desk.record(writer, Submission("ann", sheets=sheets, problem=problem), refused=refused)


def mark_both(desk: DeskClass) -> None:
    """Mark two answers of ann's on the desk."""
    for item in (ITEM, OTHER):
        row = desk.assignment.rubrics[item].rows[0].id
        seen = {"ann": desk.state(item=item).revision}
        desk.book.save(item, ["ann"], Decision(frozenset({row}), done=True), ADA, seen=seen)
        desk.book.release(item, ADA)


def test_only_the_answer_that_changed_is_asked_again(desk: DeskClass):
    """Its ticks are shown, its mark stays until somebody decides; the other one stays done."""
    hand_in(desk, **{ITEM: "One.", OTHER: "Two."})
    mark_both(desk)
    hand_in(desk, **{ITEM: "Another one.", OTHER: "Two."})
    state = desk.state()

    assert (state.status, state.asked_again, state.score) == (Status.BEGUN, True, 5.0)
    assert state.decision == Decision(frozenset({"1"}), done=True)
    assert desk.state(item=OTHER).status is Status.DONE
    assert desk.book.lease(ITEM, [["ann"]], BEN) == ("ann",)


def test_the_answer_of_before_has_its_mark_again(desk: DeskClass):
    """Whoever takes a resubmission back, or hands in the same once more, takes nobody's time."""
    for words in ("One.", "Another one.", "One."):
        hand_in(desk, **{ITEM: words, OTHER: "Two."})
        if words == "One." and desk.state().status is Status.UNMARKED:
            mark_both(desk)

    assert desk.state().status is Status.DONE
    assert desk.cell()[3] is False


def test_a_mark_of_formgrader_is_asked_again_for_its_answer_alone(desk: DeskClass):
    """As long as another answer changed it is final."""
    hand_in(desk, **{ITEM: "One.", OTHER: "Two."})
    desk.formgrader(score=7.0)
    hand_in(desk, **{ITEM: "One.", OTHER: "Three."})
    assert desk.state().status is Status.FORMGRADER
    hand_in(desk, **{ITEM: "Four.", OTHER: "Three."})

    assert (desk.state().status, desk.state().score, desk.state().asked_again) == (Status.BEGUN, 7.0, True)


def test_what_was_never_marked_and_is_gone_needs_nobody(desk: DeskClass):
    """An answer that became empty and a submission that is refused by now: 0 points, final."""
    hand_in(desk, **{ITEM: "One."})
    assert desk.state().is_open
    hand_in(desk)
    assert (desk.state().status, desk.cell()[:4]) == (Status.SETTLED, (0.0, None, None, False))
    hand_in(desk, **{ITEM: "One."})
    assert desk.state().is_open
    hand_in(desk, refused="It is a picture of a cat.")

    assert (desk.state().status, desk.cell()[:4]) == (Status.SETTLED, (0.0, None, None, False))
    assert not marks.marks(desk.db_url, desk.assignment)["ann"].items[ITEM].open


@pytest.mark.parametrize("refused", ["", "It is a picture of a cat."])
def test_points_that_a_person_gave_are_taken_back_by_a_person(desk: DeskClass, refused: str):
    """The answer is gone, so it is asked again; 0 points need no second look."""
    hand_in(desk, **{ITEM: "One.", OTHER: "Two."})
    mark_both(desk)
    desk.save(ADA, "ann", adjustment=0.0, done=True)
    hand_in(desk, refused=refused)

    assert desk.cell()[1:4] == (0.0, None, False)
    assert desk.cell(item=OTHER)[3] is True
    assert desk.state(item=OTHER).status is Status.BEGUN


def test_undo_does_not_bring_back_a_mark_for_another_answer(desk: DeskClass):
    """It was handed in again since."""
    hand_in(desk, **{ITEM: "One."})
    desk.save(ADA, "ann", ticks="1", done=True)
    desk.save(ADA, "ann", ticks="1 2", done=True)
    hand_in(desk, **{ITEM: "Another one."})

    with pytest.raises(Taken, match="handed in again"):
        desk.book.undo(ITEM, ADA)


def test_a_page_that_shows_the_answer_of_before_is_refused(desk: DeskClass):
    """The marker has not read what would get the mark."""
    hand_in(desk, **{ITEM: "One."})
    seen = desk.seen("ann")
    hand_in(desk, **{ITEM: "Another one."})

    with pytest.raises(Taken, match="handed in again"):
        desk.book.save(ITEM, ["ann"], Decision(done=True), ADA, seen=seen)


def test_a_gradebook_without_digests_asks_nobody_for_the_same_files(desk: DeskClass):
    """One of an earlier version: what was marked in it stays marked when the class is graded once more."""
    hand_in(desk, **{ITEM: "One.", OTHER: "Two."})
    engine = create_engine(desk.db_url)
    with engine.begin() as connection:
        connection.execute(delete(desk_tables.ANSWER))
    mark_both(desk)
    desk.formgrader(score=7.0)
    hand_in(desk, **{ITEM: "One.", OTHER: "Two."})
    engine.dispose()

    assert desk.state().status is Status.FORMGRADER
    assert desk.state(item=OTHER).status is Status.DONE
    hand_in(desk, **{ITEM: "One.", OTHER: "Three."})
    assert desk.state(item=OTHER).status is Status.BEGUN


def test_a_group_of_students_is_marked_once(desk: DeskClass):
    """The desk asks for one of them, and all have the mark in nbgrader's rows, which its export reads."""
    desk.hand_in(["ann", "bob"], "Our words.", group=GroupWork("Pair", "bob", ("ann", "bob")))
    desk.hand_in(["cyd"])
    states = desk.book.states(ITEM)

    assert states["ann"].mates == ("ann", "bob")
    assert (states["ann"].is_led, states["bob"].is_led, states["cyd"].is_led) == (False, True, False)
    assert next(entry for entry in desk.book.progress() if entry.item == ITEM).all == 2
    assert desk.book.lease(ITEM, [["ann"]], ADA) == ("ann",)
    assert desk.book.lease(ITEM, [["bob"]], BEN) is None
    desk.save(ADA, "ann", ticks="1", done=True)
    assert desk.cell("bob") == desk.cell("ann")
    assert desk.cell("bob")[:4] == (None, 5.0, None, False)
    assert desk.book.undo(ITEM, ADA) == ("ann", "bob")
    assert desk.cell("bob")[1] is None


def test_a_member_with_another_answer_is_marked_alone(desk: DeskClass):
    """The instructor changed one member's copy; and what formgrader says of one counts for all with the same."""
    pair = GroupWork("Pair", "bob", ("ann", "bob"))
    desk.hand_in(["ann", "bob"], "Our words.", group=pair)
    desk.formgrader("bob", score=6.0)
    assert (desk.state().status, desk.state().score) == (Status.FORMGRADER, 6.0)
    desk.hand_in(["ann"], "Words of mine.", group=pair)

    assert desk.state().mates == ()
    assert desk.state().is_open


def test_the_desk_takes_up_a_gradebook_of_an_earlier_version(desk: DeskClass):
    """Its empty answers waited for a person, and it knew neither digests nor who handed in together."""
    group = GroupWork("Pair", "bob", ("ann", "bob"))
    desk.hand_in(["ann", "bob"], "Our words.", group=group)
    empty = Submission("cyd")
    with ScoreWriter(desk.assignment, desk.settings, desk.db_url) as writer:
        desk.record(writer, empty)
    engine = create_engine(desk.db_url)
    with engine.begin() as connection:
        connection.execute(delete(desk_tables.ANSWER))
        connection.execute(text("UPDATE grade SET auto_score = NULL, needs_manual_grade = 1 WHERE auto_score = 0"))
    engine.dispose()
    assert desk.state("cyd").is_open
    pair = [Submission(student, sheets=small_course.sheets(desk.folder, attacks="Our words."), group=group)
            for student in group.members]  # fmt: skip
    answers = {
        submission.student: desk.assembler.answers(
            small_course.report(submission.student, desk.assignment), submission
        ).answers[ITEM]
        for submission in [*pair, empty]
    }
    answers["bob"] = replace(answers["bob"], status=Answered.SHARED, reason="ann")
    for _ in range(2):
        desk.book.take_up(ITEM, answers)

    assert desk.state("cyd").status is Status.SETTLED
    assert desk.state("ann").mates == ("ann", "bob")
    assert desk.state("ann").digest == answers["ann"].digest
