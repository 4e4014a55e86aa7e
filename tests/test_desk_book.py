"""The marks of the desk: saved at once for all, in nbgrader's rows, too; nothing is given twice or overwritten."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import postgres_server
import pytest
import small_course
from desk_class import ADA, BEN, CEM, ITEM, DeskClass
from nbgrader import api
from sqlalchemy import create_engine, text

from autograder.gradebook import desk_tables, marks
from autograder.gradebook.desk_book import Decision, Marker, RubricChanged, Status, Taken
from autograder.model.rubric import Criterion, Kind


@pytest.fixture(scope="module")
def registered(tmp_path_factory) -> Path:
    folder = small_course.make(tmp_path_factory.mktemp("desk") / "course")
    small_course.register(folder)
    return folder


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server.running() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request, registered: Path, tmp_path: Path) -> Iterator[DeskClass]:
    """A class of three, each with an answer, in both kinds of databases."""
    folder = Path(shutil.copytree(registered, tmp_path / "course"))
    db_url = f"sqlite:///{folder / 'gradebook.db'}"
    if request.param == "postgres":
        server = request.getfixturevalue("server")
        db_url = server.format(name=postgres_server.new_database(server))
    desk = DeskClass(folder, db_url)
    desk.hand_in(["ann", "bob", "cyd"])
    with desk.book:
        yield desk


def test_a_key_is_saved_at_once(desk: DeskClass):
    """A tick is in nbgrader's row before anybody says that the answer is done."""
    desk.save(ADA, "ann", ticks="1")

    assert desk.cell() == (None, 5.0, None, True, desk.cell()[4])
    assert desk.state().status is Status.BEGUN
    assert (desk.state().marker, desk.state().score) == ("Ada", 5.0)


def test_done_is_final_everywhere(desk: DeskClass):
    """One transaction for all members: our rows, nbgrader's score, its flag and its comment."""
    desk.save(ADA, "ann", "bob", ticks="1", adjustment=-1.0, reason="Too long.", comment="Well argued.", done=True)

    for student in ("ann", "bob"):
        assert desk.cell(student)[:4] == (None, 4.0, None, False)
        assert "Too long." in desk.cell(student)[4]
        assert desk.cell(student)[4].endswith("Well argued.")
        assert desk.state(student).status is Status.DONE
    assert desk.state("cyd").status is Status.UNMARKED
    found = marks.marks(desk.db_url, desk.assignment)
    assert not found["ann"].items[ITEM].open
    assert found["ann"].items[ITEM].score == 4.0


def test_a_comment_or_a_flag_alone_gives_no_points(desk: DeskClass):
    """Nobody has decided anything yet."""
    desk.save(ADA, "ann", comment="Ask Ben.", flagged=True)

    assert desk.cell() == (None, None, None, True, "Ask Ben.")
    assert desk.state().status is Status.BEGUN
    assert [(flag.item, flag.student) for flag in desk.book.flags()] == [(ITEM, "ann")]


def test_two_markers_never_get_the_same_answer(desk: DeskClass):
    """Nor do two browsers of one marker; whoever comes when all is given gets nothing."""
    groups = [["ann", "bob"], ["cyd"]]
    given = [desk.book.lease(ITEM, groups, marker) for marker in (ADA, Marker("Ada", "9"), BEN)]

    assert given == [("ann", "bob"), ("cyd",), None]
    assert desk.state().leased_by == "Ada"
    with pytest.raises(Taken, match="Ada has this answer open"):
        desk.save(BEN, "bob", ticks="1")
    with pytest.raises(Taken, match="another browser of yours"):
        desk.save(Marker("Ada", "9"), "bob", ticks="1")
    assert desk.state("bob").status is Status.UNMARKED


def test_a_lease_runs_out_and_what_was_begun_stays(desk: DeskClass):
    """Who comes next sees it; who was away learns that somebody else has it."""
    desk.book.lease(ITEM, [["ann"]], ADA)
    desk.save(ADA, "ann", ticks="1")
    seen = desk.seen("ann")
    desk.clock.now += 1_000

    assert desk.book.lease(ITEM, [["ann"]], BEN) == ("ann",)
    assert desk.state().decision == Decision(frozenset({"1"}))
    with pytest.raises(Taken, match="Ben has this answer open"):
        desk.book.save(ITEM, ["ann"], Decision(done=True), ADA, seen=seen)
    with pytest.raises(Taken, match="Ben"):
        desk.book.renew(ITEM, ["ann"], ADA)


def test_a_lease_lasts_as_long_as_keys_are_pressed(desk: DeskClass):
    """Each key and each sign of life begins it anew, also after it ran out if nobody came."""
    desk.book.lease(ITEM, [["ann"]], ADA)
    for _ in range(3):
        desk.clock.now += 150
        desk.save(ADA, "ann", ticks="1")
        desk.clock.now += 150
        desk.book.renew(ITEM, ["ann"], ADA)
        assert desk.book.lease(ITEM, [["ann"]], BEN) is None
    desk.book.release(ITEM, ADA)

    assert desk.book.lease(ITEM, [["ann"]], BEN) == ("ann",)


def test_a_lease_gives_what_is_open_of_a_group(desk: DeskClass):
    """What was decided alone is not asked again, unless somebody goes back to it."""
    desk.save(ADA, "ann", ticks="1", done=True)

    assert desk.book.lease(ITEM, [["ann", "bob"]], BEN) == ("bob",)
    desk.book.release(ITEM, ADA)
    assert desk.book.lease(ITEM, [["ann"]], CEM) is None
    assert desk.book.lease(ITEM, [["ann"]], CEM, again=True) == ("ann",)


def test_nothing_that_somebody_else_decided_is_overwritten(desk: DeskClass):
    """A page that was opened before is refused, whoever decided since."""
    before = desk.seen("ann")
    desk.save(ADA, "ann", ticks="1", done=True)
    desk.book.release(ITEM, ADA)
    with pytest.raises(Taken, match="Ada changed"):
        desk.book.save(ITEM, ["ann"], Decision(done=True), BEN, seen=before)
    with pytest.raises(Taken):
        desk.book.save(ITEM, ["ann"], Decision(done=True), BEN, seen={})
    before = desk.seen("ann")
    desk.formgrader(score=7.0)
    with pytest.raises(Taken, match="formgrader"):
        desk.book.save(ITEM, ["ann"], Decision(done=True), BEN, seen=before)

    assert desk.cell()[1] == 7.0


def test_undo_goes_back_step_by_step(desk: DeskClass):
    """The decision of a group is undone for all its members, down to an answer that nobody has touched."""
    untouched = desk.cell("bob")
    desk.save(ADA, "ann", ticks="1")
    one = desk.cell()
    desk.save(ADA, "ann", "bob", ticks="1 2", done=True)

    assert desk.book.undo(ITEM, ADA) == ("ann", "bob")
    assert (desk.cell(), desk.cell("bob")) == (one, untouched)
    assert desk.book.undo(ITEM, ADA) == ("ann",)
    assert desk.cell() == untouched
    assert desk.state().status is Status.UNMARKED
    assert desk.book.undo(ITEM, ADA) == ()


def test_undo_leaves_what_somebody_else_did_since(desk: DeskClass):
    """Of a group the others are undone; of one answer nothing is, and that is said."""
    desk.save(ADA, "ann", "bob", ticks="1", done=True)
    desk.book.release(ITEM, ADA)
    desk.save(BEN, "bob", ticks="2", done=True)
    desk.book.release(ITEM, BEN)

    assert desk.book.undo(ITEM, ADA) == ("ann",)
    assert desk.state("bob").marker == "Ben"
    desk.save(ADA, "cyd", ticks="1", done=True)
    desk.formgrader("cyd", score=3.0)
    with pytest.raises(Taken, match="stays as it is"):
        desk.book.undo(ITEM, ADA)
    assert desk.cell("cyd")[1] == 3.0
    assert desk.book.undo(ITEM, BEN) == ("bob",)
    assert desk.state("bob").decision == Decision(frozenset({"1"}), done=True)


def test_undo_is_of_this_browser(desk: DeskClass):
    """Nobody undoes what somebody else, or the same marker elsewhere, did."""
    desk.save(ADA, "ann", ticks="1")

    assert desk.book.undo(ITEM, BEN) == ()
    assert desk.book.undo(ITEM, Marker("Ada", "9")) == ()


def test_the_history_says_who_did_what_when(desk: DeskClass):
    """Also what was undone."""
    desk.save(ADA, "ann", ticks="1")
    desk.clock.now += 60
    desk.save(ADA, "ann", ticks="1", done=True)
    desk.book.undo(ITEM, ADA)
    events = desk.book.history(ITEM, "ann")

    assert [event.kind for event in events] == ["save", "done", "undo"]
    assert [(event.score_before, event.score_after) for event in events] == [(None, 5.0), (5.0, 5.0), (5.0, 5.0)]
    assert [event.undone for event in events] == [False, True, False]
    assert (events[1].at - events[0].at).total_seconds() == 60


def test_a_changed_rubric_moves_every_mark_that_rests_on_it(desk: DeskClass):
    """Also one that is only begun; the list before is the list after, and nothing moves that formgrader says."""
    desk.save(ADA, "ann", ticks="1", done=True)
    desk.save(BEN, "bob", ticks="1 2")
    desk.save(BEN, "cyd", ticks="1", done=True)
    desk.formgrader("cyd", score=9.0)
    stored = desk.book.rubric(ITEM)
    first, second = stored.rubric.criteria
    changed = replace(stored.rubric, criteria=(replace(first, points=6.0), replace(second, points=4.0)))
    expected = desk.book.preview(ITEM, changed)

    assert [(move.student, move.before, move.after) for move in expected] == [("ann", 5.0, 6.0)]
    assert desk.cell()[1] == 5.0
    assert desk.book.adopt(ITEM, changed, ADA, over=stored.version) == expected
    assert [desk.cell(student)[1] for student in ("ann", "bob", "cyd")] == [6.0, 10.0, 9.0]
    assert "6 of 6" in desk.cell()[4]
    assert desk.state().marker == "Ada"
    with pytest.raises(RubricChanged):
        desk.book.adopt(ITEM, stored.rubric, BEN, over=stored.version)


def test_a_page_goes_on_under_a_new_rubric(desk: DeskClass):
    """What a marker has open is not lost; a tick that the rubric lacks by now is refused."""
    seen = desk.save(BEN, "bob", ticks="1")["bob"].revision
    stored = desk.book.rubric(ITEM)
    one = (replace(stored.rubric.criteria[0], points=10.0),)
    desk.book.adopt(ITEM, replace(stored.rubric, criteria=one), ADA)

    with pytest.raises(RubricChanged):
        desk.book.save(ITEM, ["bob"], Decision(frozenset({"1", "2"})), BEN, seen={"bob": seen})
    desk.book.save(ITEM, ["bob"], Decision(frozenset({"1"}), done=True), BEN, seen={"bob": seen})
    assert desk.cell("bob")[1] == 10.0
    assert desk.book.undo(ITEM, BEN) == ("bob",)
    assert desk.book.undo(ITEM, BEN) == ("bob",)
    assert [version.version for version in desk.book.versions(ITEM)] == [1, 2]


def test_another_scheme_in_the_source_waits_until_somebody_adopts_it(desk: DeskClass):
    """Without marks it simply counts; with marks nothing moves by itself."""
    source = desk.assignment.rubrics[ITEM]
    extra = Criterion("9", Kind.DEDUCTION, 1.0, "Longer than 120 words.")
    other = {**desk.assignment.rubrics, ITEM: replace(source, criteria=(*source.criteria, extra))}
    with desk.open(rubrics=other) as later:
        assert later.rubric(ITEM).pending is None
        assert len(later.rubric(ITEM).rubric.criteria) == 3
    desk.save(ADA, "ann", ticks="1", done=True)
    with desk.open(rubrics=other) as later:
        pending = later.rubric(ITEM).pending
        assert pending is not None
        assert len(later.rubric(ITEM).rubric.criteria) == 2
        later.adopt(ITEM, pending, ADA)
        assert later.rubric(ITEM).pending is None
        assert len(later.rubric(ITEM).rubric.criteria) == 3
    desk.book.accept_source(ITEM)
    assert desk.book.rubric(ITEM).pending is None


def test_a_mark_made_in_formgrader_is_shown_and_respected(desk: DeskClass):
    """Nobody is asked for it, until a marker decides on the desk; who clears it there opens it again."""
    desk.formgrader(score=7.5, comment="Fine.")
    state = desk.state()

    assert (state.status, state.score, state.decision) == (Status.FORMGRADER, 7.5, Decision(comment="Fine."))
    assert desk.book.lease(ITEM, [["ann"]], ADA) is None
    desk.save(ADA, "ann", ticks="1", done=True)
    assert desk.state().status is Status.DONE
    assert desk.book.undo(ITEM, ADA) == ("ann",)
    assert desk.cell() == (None, 7.5, None, False, "Fine.")
    assert desk.state().status is Status.FORMGRADER
    desk.formgrader(score=None)
    assert desk.state().is_open


def test_what_formgrader_changed_after_the_desk_counts(desk: DeskClass):
    """A score, or the comment alone; a begun mark that was confirmed there needs nobody on the desk."""
    desk.save(ADA, "ann", ticks="1", done=True)
    desk.formgrader(score=6.0)
    desk.save(ADA, "bob", ticks="1", done=True)
    desk.formgrader("bob", score=5.0, comment="Another comment.")
    desk.save(ADA, "cyd", ticks="1")
    desk.formgrader("cyd", score=5.0)

    assert {desk.state(student).status for student in ("ann", "bob", "cyd")} == {Status.FORMGRADER}
    desk.formgrader(score=None)
    assert (desk.state().status, desk.state().decision) == (Status.BEGUN, Decision(frozenset({"1"}), done=True))


def test_splits_and_remembered_comments(desk: DeskClass):
    """A split can be undone as a decision can; one decision for many is one use of a comment."""
    desk.save(ADA, "ann", "bob", ticks="1", comment="Name the norm.", done=True)
    desk.clock.now += 5
    desk.save(ADA, "cyd", ticks="1", comment="Good.", done=True)
    desk.book.split(ITEM, "bob", ADA)

    assert desk.book.splits(ITEM) == {"bob"}
    assert [(entry.text, entry.uses) for entry in desk.book.comments(ITEM)] == [("Good.", 1), ("Name the norm.", 1)]
    assert desk.book.undo(ITEM, ADA) == ("bob",)
    assert desk.book.splits(ITEM) == frozenset()
    assert desk.book.undo(ITEM, ADA) == ("cyd",)


def test_progress_and_pace(desk: DeskClass):
    """By item and section; a pause is no answer that took an hour."""
    for seconds, student in ((10, "ann"), (20, "bob"), (4_000, "cyd")):
        desk.clock.now += seconds
        desk.save(ADA, student, ticks="1", done=student != "cyd")
    figures = {(entry.item, entry.section): entry.counts for entry in desk.book.progress({"ann": "A", "bob": "A"})}

    assert figures[ITEM, "A"] == {Status.DONE: 2}
    assert figures[ITEM, ""] == {Status.BEGUN: 1}
    assert figures["plot_reading", ""] == {Status.SETTLED: 1}
    assert desk.book.pace(ITEM, "Ada") == 20
    assert desk.book.pace(ITEM, "Ben") is None


def test_all_answers_of_a_student(desk: DeskClass):
    """The page of one student; a stranger has none."""
    desk.save(ADA, "ann", ticks="1")
    states = desk.book.of_student("ann")

    assert {item: state.status for item, state in states.items()} == {
        ITEM: Status.BEGUN, "grad_softmax_u": Status.SETTLED, "plot_reading": Status.SETTLED,
    }  # fmt: skip
    assert states[ITEM] == desk.state()
    assert desk.book.of_student("zed") == {}


def test_nbgrader_may_delete_what_it_likes(desk: DeskClass):
    """A student who is graded anew afterwards begins anew: the old mark does not come to life again."""
    desk.save(ADA, "ann", ticks="1", done=True)
    with api.Gradebook(desk.db_url) as book:
        book.remove_student("ann")
    assert "ann" not in desk.book.states(ITEM)
    desk.hand_in(["ann"])

    assert desk.state().status is Status.UNMARKED
    with api.Gradebook(desk.db_url) as book:
        book.remove_assignment("hw4")


def test_a_gradebook_of_an_earlier_version_gets_the_tables(desk: DeskClass):
    """Also when two processes open it at once; marks of before stay what they are."""
    desk.formgrader(score=7.5)
    engine = create_engine(desk.db_url)
    with engine.begin() as connection:
        desk_tables.METADATA.drop_all(connection)
        names = connection.execute(text("SELECT count(*) FROM student")).scalar()
    engine.dispose()
    with contextlib.ExitStack() as stack:
        books = [stack.enter_context(desk.open()) for _ in range(2)]
        assert [book.states(ITEM)["ann"].status for book in books] == [Status.FORMGRADER] * 2
    assert names == 3
