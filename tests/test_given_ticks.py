"""What was ticked at the desk is read for a whole class; nothing is said of marks that do not come from there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import small_course
from desk_class import ADA, BEN, ITEM, DeskClass

from autograder.gradebook import desk_tables
from autograder.gradebook.given_ticks import Given, ItemTicks, agreement, given_ticks
from autograder.model.errors import ConfigError
from autograder.model.submission import GroupWork


@pytest.fixture(scope="module")
def registered(tmp_path_factory) -> Path:
    folder = small_course.make(tmp_path_factory.mktemp("ticks") / "course")
    small_course.register(folder)
    return folder


@pytest.fixture
def desk(registered: Path, tmp_path: Path) -> Iterator[DeskClass]:
    folder = Path(shutil.copytree(registered, tmp_path / "course"))
    desk = DeskClass(folder, f"sqlite:///{folder / 'gradebook.db'}", second_share={ITEM: 1.0})
    desk.hand_in(["ann", "bob", "cyd"])
    with desk.book:
        yield desk


def read(desk: DeskClass, item: str = ITEM, **more) -> ItemTicks:
    return given_ticks(desk.db_url, desk.assignment, **more)[item]


def test_every_item_that_a_person_marks_has_its_rubric(desk: DeskClass):
    """Also before the first mark, when it is that of the source."""
    found = given_ticks(desk.db_url, desk.assignment)

    assert list(found) == [item.id for item in desk.assignment.person_items]
    assert all(ticks == ItemTicks(desk.assignment.rubrics[item]) for item, ticks in found.items())


def test_what_a_person_said_is_there(desk: DeskClass):
    """Ticks, adjustment, comment, and whether somebody has to look at the answer again."""
    desk.save(ADA, "ann", ticks="1", adjustment=-1.0, reason="Late thought.", comment="See **page 4**.", done=True)
    desk.save(BEN, "bob", ticks="1 2")

    assert read(desk).given == {
        "ann": Given(frozenset("1"), -1.0, "Late thought.", "See **page 4**.", 4.0, done=True, marker="Ada"),
        "bob": Given(frozenset("12"), score=10.0, marker="Ben"),
    }


def test_ticks_are_of_the_rubric_that_counts(desk: DeskClass):
    """A new version moves the marks, and the ticks with them."""
    desk.save(ADA, "ann", ticks="1", done=True)
    rubric = desk.book.rubric(ITEM).rubric
    first, second = rubric.criteria
    desk.book.adopt(ITEM, replace(rubric, criteria=(second, replace(first, points=3.0))), ADA)

    found = read(desk)
    assert found.rubric == desk.book.rubric(ITEM).rubric
    assert found.given["ann"].ticks <= {row.id for row in found.rubric.rows}
    assert found.given["ann"].score == found.rubric.score(found.given["ann"].ticks) == 3.0


def test_a_mark_of_formgrader_has_no_ticks(desk: DeskClass):
    """Whoever changed points, comment or both there says something else than the ticks."""
    desk.save(ADA, "ann", "bob", "cyd", ticks="1", done=True)
    desk.formgrader("ann", score=7.0)
    desk.formgrader("bob", score=5.0, comment="Another word.")
    desk.formgrader("cyd", score=None)

    assert read(desk).given == {}


def test_an_answer_that_changed_asks_a_person_again(desk: DeskClass):
    """Its old ticks are known, and are not done."""
    desk.save(ADA, "ann", ticks="1", done=True)
    desk.hand_in(["ann"], "Other words.")

    assert not read(desk).given["ann"].done


def test_two_marks_that_differ_are_not_done(desk: DeskClass):
    """Until somebody settles them; the second mark alone counts nowhere."""
    desk.save(ADA, "ann", ticks="1", done=True)
    desk.save(BEN, "ann", second=True, ticks="2 1", done=True)
    before = read(desk).given["ann"]
    desk.book.settle(ITEM, ["ann"], desk.state().decision, ADA, seen=desk.seen("ann"))

    after = read(desk).given["ann"]
    assert (before.ticks, before.done) == ({"1"}, False)
    assert (after.ticks, after.done) == ({"1"}, True)
    assert [(pair.first, pair.second, pair.answers) for pair in agreement(desk.db_url, desk.assignment)] == [
        ("Ada", "Ben", 1)
    ]


def test_what_was_ticked_for_one_member_counts_for_all(desk: DeskClass):
    """A member's own mark, in formgrader too, counts before the others'."""
    desk.save(ADA, "bob", ticks="2", done=True)
    desk.formgrader("cyd", score=1.0)
    group = GroupWork("A", "ann", ("ann", "bob", "cyd"))

    found = read(desk, groups=dict.fromkeys(group.members, group)).given
    assert found.keys() == {"ann", "bob"}
    assert found["ann"] == found["bob"]


def test_a_gradebook_without_a_desk_has_no_ticks(desk: DeskClass):
    """The tables of nbgrader are enough."""
    with desk.book._database.writing("") as connection:
        desk_tables.METADATA.drop_all(connection)

    assert read(desk) == ItemTicks(desk.assignment.rubrics[ITEM])
    assert agreement(desk.db_url, desk.assignment) == []


def test_no_gradebook_is_said_in_one_line(desk: DeskClass, tmp_path: Path):
    """As everywhere."""
    with pytest.raises(ConfigError, match="gone"):
        given_ticks(f"sqlite:///{tmp_path / 'none.db'}", desk.assignment)
