"""The figures of a class agree with a naive computation, whatever is marked, open, refused or broken."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from autograder.gradebook.given_ticks import Given, ItemTicks
from autograder.gradebook.marks import Mark, StudentMarks
from autograder.handin.problems import Finding, Level
from autograder.model.assignment import Assignment, GradedBy, Item
from autograder.model.lateness import Lateness
from autograder.model.report import Awaiting, CheckResult, ItemResult, Report, Verdict
from autograder.model.rubric import Criterion, Kind, Rubric
from autograder.reports.class_figures import ClassFigures, LateFigures, class_figures
from autograder.reports.class_scores import ClassMarks, Part
from autograder.reports.class_words import explain_rows
from autograder.reports.distribution import histogram
from autograder.reports.item_figures import LEAST_STUDENTS, Discrimination, correlation
from autograder.reports.losses import LossKind

CODE = (Item("relu", 3.0, "part1", GradedBy.CHECKS, "ReLU"), Item("loss", 5.0, "part1", GradedBy.CHECKS, "Loss"))
WORDS = (Item("why", 4.0, "sheet", GradedBy.PERSON, "Why"), Item("grad", 6.0, "sheet", GradedBy.FORMULA, "Gradient"))


def homework(*items: Item) -> Assignment:
    return Assignment("hw", ("part1",), ("sheet",), Path("course"), items, _notebooks={}, _sheets={})


WHOLE = homework(*CODE, *WORDS)


@dataclass(frozen=True)
class Someone:
    """A student with points by item; None is unmarked, or a fault of ours in an item that checks grade."""

    points: dict[str, float | None]
    refused: bool = False


def person(*points: float | None) -> Someone:
    return Someone(dict(zip([item.id for item in WHOLE.items], points, strict=True)))


def figures_of(class_: list[Someone], assignment: Assignment = WHOLE, **more) -> ClassFigures:
    reports, marks = [], {}
    for number, someone in enumerate(class_):
        results = tuple(
            ItemResult(item.id, someone.points[item.id], item.points, Verdict.FAILED) for item in assignment.auto_items
        )
        waiting = tuple(Awaiting(item.id, item.points) for item in assignment.person_items)
        reports.append(Report(f"s{number}", results, waiting, refused="Not a zip." * someone.refused))
        marks[f"s{number}"] = StudentMarks(
            {
                item.id: Mark(person=someone.points[item.id], open=someone.points[item.id] is None)
                for item in assignment.person_items
            }
        )
    return class_figures(reports, assignment, ClassMarks(marks, **more))


def halves(most: float) -> st.SearchStrategy[float | None]:
    return st.none() | st.integers(0, int(2 * most)).map(lambda value: value / 2)


CLASSES = st.lists(
    st.builds(
        Someone,
        st.fixed_dictionaries({item.id: halves(item.points) for item in WHOLE.items}),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=40,
)


@given(CLASSES)
@settings(max_examples=150, deadline=None)
def test_means_spreads_and_quartiles_are_those_of_numpy(class_: list[Someone]) -> None:
    """Of each item over who has a score there; of each part over who has one in every item of it."""
    figures = figures_of(class_)
    graded = [someone.points for someone in class_ if not someone.refused]

    for entry in figures.items:
        same(entry, [points[entry.item.id] for points in graded if points[entry.item.id] is not None])
    for part in (figures.whole, figures.checks, figures.person):
        rows = [[points[item.id] for item in part.part.items(WHOLE)] for points in graded]
        same(part, [sum(row) for row in rows if None not in row])
        assert part.counted + part.unmarked + part.faults == len(graded)


def same(entry, values: list[float]) -> None:
    assert entry.counted == len(values)
    if not values:
        assert (entry.mean, entry.spread, entry.quartiles) == (None, None, None)
        return
    assert entry.mean == pytest.approx(np.mean(values))
    assert entry.spread == (pytest.approx(np.std(values, ddof=1)) if len(values) > 1 else None)
    found = (entry.quartiles.lower, entry.quartiles.median, entry.quartiles.upper)
    assert found == pytest.approx(tuple(np.percentile(values, [25, 50, 75])))


@given(CLASSES)
@settings(max_examples=100, deadline=None)
def test_everybody_is_counted_once_in_each_item(class_: list[Someone]) -> None:
    """Full, some, none, not attempted, unmarked or a fault; refused submissions are nowhere but in their number."""
    figures = figures_of(class_)
    graded = [someone.points for someone in class_ if not someone.refused]

    assert (figures.students, figures.refused) == (len(class_), len(class_) - len(graded))
    for entry in figures.items:
        own = [points[entry.item.id] for points in graded]
        counts = (entry.full, entry.some, entry.none, entry.not_attempted, entry.unmarked, entry.faults)
        assert sum(counts) == entry.students == len(graded)
        assert entry.full == sum(value == entry.item.points for value in own)
        assert entry.none + entry.not_attempted == sum(value == 0 for value in own)
        assert entry.unmarked + entry.faults == sum(value is None for value in own)
    assert figures.answers == len(graded) * 2
    assert figures.marked == sum(points[item.id] is not None for points in graded for item in WORDS)


@given(st.lists(st.tuples(*(halves(item.points) for item in WHOLE.items)), min_size=LEAST_STUDENTS, max_size=40))
@settings(max_examples=100, deadline=None)
def test_discrimination_is_the_correlation_with_the_rest(class_: list[tuple[float | None, ...]]) -> None:
    """Over students of whom both are known; with the other items of the half while the other half is not marked."""
    figures = figures_of([person(*points) for points in class_])

    for index, entry in enumerate(figures.items):
        partner = index ^ 1
        rests = {Part.ALL: [other for other in range(4) if other != index]}
        rests[Part.CHECKS if index < 2 else Part.PERSON] = [partner]
        expected = None
        for part, others in rests.items():
            known = [row for row in class_ if None not in (row[index], *(row[other] for other in others))]
            if len(known) >= LEAST_STUDENTS:
                expected = (part, [row[index] for row in known], [sum(row[o] for o in others) for row in known])
                break
        if expected is None or min(len(set(expected[1])), len(set(expected[2]))) < 2:
            assert entry.discrimination is None
        else:
            part, own, rest = expected
            value = pytest.approx(stats.pearsonr(own, rest).statistic, abs=1e-9)
            assert entry.discrimination == Discrimination(value, len(own), part)


def test_few_students_or_no_spread_have_no_correlation() -> None:
    """A number would look like a finding."""
    assert correlation([(1.0, 2.0)] * 30) is None
    assert correlation([(1.0, float(number)) for number in range(30)]) is None
    few = [person(number % 4, number % 6, number % 5, number % 7) for number in range(LEAST_STUDENTS - 1)]
    assert {entry.discrimination for entry in figures_of(few).items} == {None}


# Histograms


@given(
    st.sampled_from([2.0, 5.0, 10.0, 50.0, 100.0, 33.3, 1000.0, 0.5]).flatmap(
        lambda possible: st.tuples(
            st.just(possible), st.lists(st.integers(0, 1000).map(lambda share: possible * share / 1000), max_size=80)
        )
    )
)
@example((5.0, [0.0, 1.0, 2.0, 5.0]))
@example((100.0, [100.0] * 70))
@example((100.0, [10.0]))
@settings(max_examples=300, deadline=None)
def test_every_score_is_in_one_bar(case: tuple[float, list[float]]) -> None:
    """Bars stand side by side, full points have their own, and no end of the scale longer than a quarter is empty."""
    possible, totals = case
    bins = histogram(totals, possible)
    if not totals:
        assert bins == []
        return

    assert sum(entry.count for entry in bins) == len(totals)
    below = [entry for entry in bins if not entry.is_full]
    for entry in below:
        is_in = [entry.low - 1e-5 <= total < max(entry.high, entry.low + 1e-5) + 1e-5 for total in totals]
        assert entry.count <= sum(is_in)
    assert [entry.low for entry in bins] == sorted({entry.low for entry in bins})
    gaps = [right.low - left.high for left, right in pairwise(below) if left.low < left.high]
    assert gaps == pytest.approx([0.0] * len(gaps), abs=1e-9)
    full = sum(total >= possible - 1e-6 for total in totals)
    assert [entry.count for entry in bins if entry.is_full] == ([full] if bins[-1].is_full else [])
    assert full == 0 or bins[-1].is_full
    assert len(bins) <= 23
    step = below[0].high - below[0].low or 1
    assert min(totals) - bins[0].low <= possible / 4 + step
    assert bins[-1].high - max(totals) <= possible / 4 + step


@pytest.mark.parametrize(
    ("possible", "totals", "words"),
    [
        (5.0, [5, 5, 4, 2, 0], ["0", "1", "2", "3", "4", "full points (5)"]),
        (5.0, [5, 4.5, 3], ["3", "3.5", "4", "4.5", "full points (5)"]),
        (100.0, [100, 95, 90, 62], [
            "60 to less than 65", "65 to less than 70", "70 to less than 75", "75 to less than 80",
            "80 to less than 85", "85 to less than 90", "90 to less than 95", "95 to less than 100",
            "full points (100)",
        ]),
        (100.0, [100] * 3, ["90 to less than 100", "full points (100)"]),
        (100.0, [20, 30, 10], ["0 to less than 5", "5 to less than 10", "10 to less than 15", "15 to less than 20",
                               "20 to less than 25", "25 to less than 30", "30 to less than 35"]),
    ],
)  # fmt: skip
def test_bars_have_widths_that_people_expect(possible: float, totals: list[float], words: list[str]) -> None:
    """Single points for a small homework, five or ten for a hundred; an axis that begins where somebody is."""
    assert [entry.words for entry in histogram(totals, possible)] == words


# What was lost


def check(name: str, *, lost: bool, weight: float = 1.0) -> CheckResult:
    verdict = Verdict.FAILED if lost else Verdict.PASSED
    return CheckResult(f"test_{name}", verdict, weight, f"It {name}." * lost)


def graded(student: str, *checks: CheckResult, score: float) -> Report:
    return Report(student, (ItemResult("loss", score, 5.0, Verdict.FAILED, checks),))


def test_the_check_that_most_students_failed_is_named_with_its_cost() -> None:
    """By its sentence; a check costs the share of the points that its weight is."""
    averages, sums = check("averages", lost=True, weight=3.0), check("sums", lost=True)
    class_ = [graded(f"a{number}", averages, check("sums", lost=False), score=1.25) for number in range(3)]
    class_ += [
        graded("b", averages, sums, score=0.0),
        graded("c", check("averages", lost=False, weight=3.0), sums, score=3.75),
    ]
    skipped = ItemResult("loss", 0.0, 5.0, Verdict.NOT_ATTEMPTED, (CheckResult("loss", Verdict.NOT_ATTEMPTED),))
    broken = ItemResult("loss", 0.0, 5.0, Verdict.ERROR, (CheckResult("all", Verdict.ERROR, 1, "", "It ended."),))
    class_ += [Report("d", (skipped,)), Report("e", (broken,)), Report("f", (skipped,), refused="No zip.")]
    found = class_figures(class_, homework(CODE[1]))
    entry = found.items[0]

    told = [(loss.kind, loss.text, loss.students, loss.of, loss.points) for loss in entry.losses]
    assert told == [
        (LossKind.CHECK, "It averages.", 4, 7, 15.0),
        (LossKind.CHECK, "It sums.", 2, 7, 2.5),
        (LossKind.ALL_CHECKS, "", 1, 7, 5.0),
        (LossKind.NOT_ATTEMPTED, "", 1, 7, 5.0),
    ]
    assert entry.most_lost == entry.losses[0]
    assert entry.failed_all_checks == 1
    assert [loss.points for loss in found.explain_again] == [15.0, 5.0, 5.0, 2.5]


def test_what_a_check_told_only_a_few_is_not_said_of_all_who_failed_it() -> None:
    """A test cell without a sentence tells each student what their code gave; then it goes by its name."""
    seen = ("`f(1)` gave 2", "`f(1)` gave 3", "It took longer than 10 s")
    class_ = [
        graded(f"a{number}", CheckResult("test cell f-1", Verdict.FAILED, 1.0, "", text), score=0.0)
        for number, text in enumerate(seen)
    ]

    assert [loss.text for loss in class_figures(class_, homework(CODE[1])).items[0].losses] == ["test cell f-1"]
    assert [loss.text for loss in class_figures(class_[:1], homework(CODE[1])).items[0].losses] == ["`f(1)` gave 2"]


def test_who_was_marked_by_hand_lost_no_check() -> None:
    """The points are a person's then, and no check says how many it cost."""
    marks = {"ada": StudentMarks({"loss": Mark(0.0, 5.0)})}
    report = graded("ada", check("sums", lost=True), score=0.0)

    assert class_figures([report], homework(CODE[1]), ClassMarks(marks)).items[0].losses == ()


RUBRIC = Rubric(
    "why",
    4.0,
    (
        Criterion("1", Kind.POINTS, 3.0, "Names both.", parts=(
            Criterion("1.1", Kind.POINTS, 1.0, "the first"), Criterion("1.2", Kind.POINTS, 2.0, "the second"),
        )),
        Criterion("2", Kind.POINTS, 1.0, "Says why."),
        Criterion("3", Kind.DEDUCTION, 1.0, "A wrong sign."),
        Criterion("4", Kind.CAP, 2.0, "No example."),
    ),
)  # fmt: skip


def test_the_rubric_point_that_most_students_lost_is_named_with_its_cost() -> None:
    """A part by its whole; a deduction and a cap by what the score would be without them; unfinished marks not."""
    ticks = {
        "s0": Given(frozenset({"1.1", "2"}), done=True),
        "s1": Given(frozenset({"1.1", "2", "3"}), done=True),
        "s2": Given(frozenset({"1", "2", "4"}), done=True),
        "s3": Given(frozenset(), done=False),
        "gone": Given(frozenset(), done=True),
    }
    class_ = [person(3, 5, value, 6) for value in (2, 1, 2, None)]
    found = figures_of(class_, ticks={"why": ItemTicks(RUBRIC, ticks)})
    entry = found.items[2]

    told = [(loss.kind, loss.text, loss.students, loss.of, loss.points) for loss in entry.losses]
    assert told == [
        (LossKind.POINT, "Names both: the second", 2, 3, 4.0),
        (LossKind.CAP, "No example.", 1, 3, 2.0),
        (LossKind.DEDUCTION, "A wrong sign.", 1, 3, 1.0),
    ]
    assert entry.most_lost == entry.losses[0]
    assert found.items[3].losses == (), "marked in formgrader: no ticks say what was lost"


def test_what_few_were_marked_in_counts_by_the_student() -> None:
    """Half way through the marking, an item that costs a student most is first, however few are marked."""
    rubrics = {
        item.id: Rubric(item.id, item.points, (Criterion("1", Kind.POINTS, item.points, "Right."),)) for item in WORDS
    }
    everybody = {f"s{number}": Given(frozenset(), done=True) for number in range(6)}
    ticks = {"why": ItemTicks(rubrics["why"], everybody), "grad": ItemTicks(rubrics["grad"], {"s0": everybody["s0"]})}
    class_ = [person(3, 5, 0, 0)] + [person(3, 5, 0, None)] * 5
    found = figures_of(class_, ticks=ticks)

    assert [(loss.item.id, loss.points) for loss in found.explain_again] == [("grad", 6.0), ("why", 24.0)]
    titles = [(row.title, row.lost, row.reasons[0].share) for row in explain_rows(found)]
    assert titles == [("Gradient", "6.0", "1 of 1 marked so far"), ("Why", "4.0", "6 of 6")]


# Whom to talk to


def test_nobody_is_listed_in_a_class_without_a_reason() -> None:
    """Somewhat below the median is none."""
    assert figures_of([person(3, 5, 4, 6), person(2, 4, 3, 4), person(1, 3, 2, 3)]).talk_to == ()


def test_reasons_to_talk_are_plain_and_beside_what_is_usual() -> None:
    """Few points, nothing attempted, one half far below the other, refused; who has the fewest points comes first."""
    usual = [person(3, 5, 4, 6) for _ in range(9)]
    class_ = [
        *usual,
        person(1, 1, 1, 1),
        person(3, 5, 0.5, 1),
        person(2, 2.5, 4, 6),
        Someone(person(0, 0, 0, 0).points, refused=True),
    ]
    found = {talk.student: talk.reasons for talk in figures_of(class_).talk_to}

    assert list(found) == ["s12", "s9", "s10"]
    assert found == {
        "s9": ("4 of 18 points (median 18)",),
        "s10": (
            "9.5 of 18 points (median 18)",
            "checks 100%, marked by people 15% (medians 100% and 100%)",
        ),
        "s12": ("refused: Not a zip.",),
    }


def test_a_part_that_was_not_attempted_is_named() -> None:
    """Here an item that nobody marked, because nothing was written, counts 0."""
    nothing = StudentMarks({item.id: Mark(machine=0.0) for item in WORDS})
    marks = {"ada": nothing, "bob": StudentMarks({item.id: Mark(person=0.0) for item in WORDS})}
    results = tuple(ItemResult(item.id, item.points, item.points, Verdict.PASSED) for item in CODE)
    found = class_figures([Report("ada", results), Report("bob", results)], WHOLE, ClassMarks(marks))

    assert next(talk for talk in found.talk_to if "nothing" in talk.reasons[0]).reasons == (
        "nothing attempted in “sheet”",
    )
    assert len(found.talk_to) == 1
    assert (found.items[2].not_attempted, found.items[2].none) == (1, 1)


def test_one_half_is_enough_to_see_few_points() -> None:
    """As long as the other is not marked."""
    class_ = [person(3, 5, None, None) for _ in range(5)] + [person(1, 0.5, None, None)]
    found = figures_of(class_)

    assert [talk.reasons for talk in found.talk_to] == [("checks 19% (median 100%)",)]
    assert (found.whole.counted, found.checks.counted, found.person.unmarked) == (0, 6, 6)


def test_a_missing_file_is_said_with_the_few_points() -> None:
    """It may be why they are few; alone it is no reason for a talk."""
    missing = (Finding(Level.ERROR, "part1.ipynb is missing."), Finding(Level.WARNING, "Odd."))
    scores = {"ada": 5.0, "bob": 5.0, "cy": 0.0}
    reports = [
        Report(name, (ItemResult("loss", score, 5.0, Verdict.FAILED),), findings=missing if name != "ada" else ())
        for name, score in scores.items()
    ]
    found = class_figures(reports, homework(CODE[1])).talk_to

    assert [(talk.student, talk.reasons) for talk in found] == [
        ("cy", ("0 of 5 points (median 5)", "part1.ipynb is missing."))
    ]


# All kinds of classes


@pytest.mark.parametrize("items", [CODE, WORDS, CODE[:1]])
@pytest.mark.parametrize("students", [0, 1])
def test_a_homework_without_one_of_the_halves_has_one_distribution(items: tuple[Item, ...], students: int) -> None:
    """And a class of one, or of nobody, has figures."""
    points = {item.id: item.points for item in items}
    found = figures_of([Someone(points)] * students, homework(*items))

    assert [part.part for part in found.parts] == [Part.ALL]
    assert found.whole.counted == students
    assert found.whole.mean == (sum(points.values()) if students else None)
    assert found.talk_to == ()


def test_being_late_changes_no_other_figure() -> None:
    """Who is late, by how much nobody knows, and the penalties of all together."""
    reports = [Report(student, ()) for student in "abc"]
    late = {"a": Lateness(2, 20.0), "b": Lateness(None, is_open=True), "c": Lateness(0)}
    found = class_figures(reports, homework(), late=late)

    assert found.late == LateFigures(2, 1, 20.0)
