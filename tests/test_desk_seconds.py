"""Second marks on the desk: blind, by somebody else, compared, and settled where they differ."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_course
from desk_class import ADA, BEN, CEM, ITEM, DeskClass

from autograder.gradebook.desk_book import Decision, Pair, Status, Taken, summed

STUDENTS = ["ann", "bob", "cyd"]


@pytest.fixture(scope="module")
def registered(tmp_path_factory) -> Path:
    folder = small_course.make(tmp_path_factory.mktemp("seconds") / "course")
    small_course.register(folder)
    return folder


@pytest.fixture
def desk(registered: Path, tmp_path: Path) -> Iterator[DeskClass]:
    """A class of three whose answers are all marked twice."""
    folder = Path(shutil.copytree(registered, tmp_path / "course"))
    desk = DeskClass(folder, f"sqlite:///{folder / 'gradebook.db'}", second_share={ITEM: 1.0})
    desk.hand_in(STUDENTS)
    with desk.book:
        yield desk


def mark_twice(desk: DeskClass, student: str, first: str, second: str) -> None:
    """Ada ticks `first`, Ben ticks `second`."""
    desk.save(ADA, student, ticks=first, done=True)
    desk.save(BEN, student, ticks=second, done=True, second=True)
    desk.book.release(ITEM, ADA)


def test_the_second_marker_sees_nothing_of_the_first(desk: DeskClass):
    """Neither points nor name nor comment; and what was not marked first is not offered."""
    desk.save(ADA, "ann", ticks="1", comment="Good.", done=True)
    offered = desk.book.states(ITEM, second=True, marker=BEN)

    assert offered.keys() == {"ann"}
    state = offered["ann"]
    assert (state.status, state.decision, state.score, state.marker) == (Status.UNMARKED, None, None, "")


def test_nobody_gives_the_second_mark_to_an_own_answer(desk: DeskClass):
    """Not even who had a hand in it before somebody else finished it."""
    desk.save(ADA, "ann", ticks="1")
    desk.book.release(ITEM, ADA)
    desk.save(BEN, "ann", ticks="1", done=True)

    for marker in (ADA, BEN):
        assert desk.book.lease(ITEM, [["ann"]], marker, second=True) is None
        with pytest.raises(Taken, match="no second mark of yours"):
            desk.save(marker, "ann", ticks="2", done=True, second=True)
    assert desk.book.lease(ITEM, [["ann", "bob"]], CEM, second=True) == ("ann",)


def test_equal_marks_are_done(desk: DeskClass):
    """The gradebook has the first mark, and the second one leaves it as it is."""
    mark_twice(desk, "ann", "1", "1")

    assert desk.state().status is Status.DONE
    assert desk.cell()[:4] == (None, 5.0, None, False)
    assert desk.book.states(ITEM, second=True)["ann"].status is Status.DONE
    assert desk.book.disagreements(ITEM) == []


def test_a_difference_waits_until_somebody_settles_it(desk: DeskClass):
    """Until then the first mark is there, and it is not final."""
    mark_twice(desk, "ann", "1", "1 2")
    [found] = desk.book.disagreements(ITEM)

    assert desk.cell()[:4] == (None, 5.0, None, True)
    assert desk.state().status is Status.DISAGREED
    assert desk.book.lease(ITEM, [["ann"]], CEM) is None
    assert (found.first_score, found.second_score, found.markers) == (5.0, 10.0, ("Ada", "Ben"))
    seen = {"ann": found.revision}
    desk.book.settle(ITEM, ["ann"], Decision(frozenset({"1", "2"}), adjustment=-2.0, reason="Vague."), CEM, seen=seen)
    assert desk.cell()[:4] == (None, 8.0, None, False)
    assert (desk.state().status, desk.state().marker) == (Status.DONE, "Cem")
    with pytest.raises(Taken):
        desk.book.settle(ITEM, ["ann"], Decision(), CEM, seen=seen)
    assert desk.book.undo(ITEM, CEM) == ("ann",)
    assert desk.state().status is Status.DISAGREED


def test_agreement_by_question_and_pair(desk: DeskClass):
    """How many of both are equal, and how far they are apart; what was settled still counts as a difference."""
    mark_twice(desk, "ann", "1", "1 2")
    mark_twice(desk, "bob", "1", "1")
    [found] = desk.book.disagreements(ITEM)
    desk.book.settle(ITEM, ["ann"], Decision(frozenset({"1"})), CEM, seen={"ann": found.revision})

    assert desk.book.agreement() == [Pair(ITEM, "Ada", "Ben", 2, 1, 2.5)]
    assert summed(desk.book.agreement(), item=ITEM).share_equal == 0.5
    assert summed([]).share_equal == 1.0


def test_what_was_settled_follows_the_rubric_and_can_be_changed(desk: DeskClass):
    """A later decision changes what was settled, not the first mark below it."""
    mark_twice(desk, "ann", "1", "1 2")
    [found] = desk.book.disagreements(ITEM)
    desk.book.settle(ITEM, ["ann"], Decision(frozenset({"1"})), CEM, seen={"ann": found.revision})
    desk.book.release(ITEM, CEM)
    desk.save(ADA, "ann", ticks="1 2", done=True)

    assert desk.cell()[:4] == (None, 10.0, None, False)
    assert desk.book.agreement() == [Pair(ITEM, "Ada", "Ben", 1, 0, 5.0)]


def test_formgrader_settles_a_difference_too(desk: DeskClass):
    """What somebody says there counts before both marks."""
    mark_twice(desk, "ann", "1", "1 2")
    desk.formgrader(score=7.0)

    assert desk.state().status is Status.FORMGRADER
    assert desk.book.disagreements(ITEM) == []


def test_the_share_is_a_share_and_stays_the_same(desk: DeskClass):
    """Chosen by student, so that a marker's group of like answers has some; nothing of it is left to chance."""
    names = [f"student{number}" for number in range(40)]
    desk.hand_in(names)
    desk.save(ADA, *names, ticks="1", done=True)
    with desk.open(second_share={ITEM: 0.4}) as book:
        chosen = book.states(ITEM, second=True).keys()
        assert book.states(ITEM, second=True).keys() == chosen
    with desk.open(second_share={ITEM: 0.2}) as book:
        fewer = book.states(ITEM, second=True).keys()
    with desk.open(second_share={}) as book:
        assert book.states(ITEM, second=True) == {}

    assert 6 <= len(chosen) <= 26
    assert fewer < chosen
