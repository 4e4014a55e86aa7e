"""The class as two plain tables, by item and by student: what `autograder grade` and `autograder report` end with."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..handin.problems import Level
from ..lms.roster import Member
from ..model.assignment import Assignment
from ..model.person_names import folded, written
from ..model.plain_text import one_line, points
from ..model.report import ONE_REASON, Report, Verdict
from ..model.submission_status import (
    NAME_LIMIT,
    SENTENCE_LIMIT,
    SubmissionStatus,
    by_student,
    fault_sentence,
    refusal,
    status_of,
)
from .class_figures import ClassFigures
from .class_scores import ClassMarks, Outcome, StudentScores, class_scores
from .distribution import Distribution

WIDTH = 80
STUDENT_WIDTH = 24
MOST_STUDENTS = 40  # a longer table is not read: it has only those who need a person
MOST_IN_NEED = 20
_SHORTEST_NAME = 5  # columns: less of a name says nothing
_GAP = "  "
_URGENT = (SubmissionStatus.FAULT, SubmissionStatus.REFUSED, SubmissionStatus.FINDINGS)


def format_students(
    reports: Iterable[Report], assignment: Assignment, given: ClassMarks = ClassMarks(), *,
    people: Mapping[str, Member] | None = None,
) -> str:  # fmt: skip
    """Return the table of students, points and one line of reason, at most 80 columns wide, sorted by name.

    Of a large class it has only those who need a person, the most urgent first, and at most twenty. `reports` are
    without what was marked; names, in `people`, are by student.
    """
    known = people or {}
    names = {student: person.name or student for student, person in known.items()}
    ordered = sorted(by_student(reports), key=lambda report: folded(names.get(report.student, report.student)))
    ids = [item.id for item in assignment.auto_items]
    chosen, more = ordered, ""
    if len(ordered) > MOST_STUDENTS:
        status = {report.student: status_of(report, ids) for report in ordered}
        urgent = [report for kind in _URGENT for report in ordered if status[report.student] is kind]
        chosen = urgent[:MOST_IN_NEED]
        kinds = Counter(status[report.student] for report in urgent)
        said = ", ".join(f"{kinds[kind]} {kind}" for kind in _URGENT if kinds[kind]) or "nobody"
        more = f"{len(ordered)} students; who needs a person: {said}. The report has all of them."
    scores = {entry.student: entry for entry in class_scores(chosen, assignment, given.marks)}
    rows = [_row(report, scores.get(report.student), assignment, known) for report in chosen]
    lines = _aligned([("student", "points", "to mark", "why"), *rows], right=(1, 2)) if rows or not more else []
    return "\n".join([*lines, *([more] if more else [])])


def format_items(figures: ClassFigures) -> str:
    """Return how the class did: a line for the whole and each half, and one for each item, at most 80 columns wide."""
    rows: list[tuple[str, ...]] = [("item", "mean", "full", "some", "none", "not tried", "open")]
    for entry in figures.items:
        counts = (entry.full, entry.some, entry.none, entry.not_attempted, entry.unmarked + entry.faults)
        heading = one_line(entry.item.heading, SENTENCE_LIMIT)
        rows.append((heading, _mean(entry.mean, entry.item.points), *(str(count or "") for count in counts)))
    parts = [("points", "students", "mean", "median", "middle half"), *map(_of_part, figures.parts)]
    left = [
        (figures.whole.unmarked, "waits for marks", "wait for marks"),
        (figures.refused, "is refused", "are refused"),
    ]
    left.append((figures.whole.faults, "has a grader fault", "have a grader fault"))
    waiting = [f"{number} {one if number == 1 else many}" for number, one, many in left if number]
    open_ones = [f"Without a final score: {', '.join(waiting)}."] if waiting else []
    tables = [_aligned(table, right=range(1, len(table[0])), wide=0) for table in (parts, rows)]
    return "\n".join([*tables[0], *open_ones, "", *tables[1]])


def _of_part(part: Distribution) -> tuple[str, ...]:
    middle = part.quartiles
    median = points(round(middle.median, 1)) if middle else ""
    half = (
        f"{points(round(middle.lower, 1))} to {points(round(middle.upper, 1))}" if middle and part.counted > 1 else ""
    )
    return str(part.part), str(part.counted), _mean(part.mean, part.possible), median, half


def _mean(mean: float | None, possible: float) -> str:
    return f"{'-' if mean is None else f'{mean:.1f}'} / {points(possible)}"


def _row(
    report: Report, scores: StudentScores | None, assignment: Assignment, people: Mapping[str, Member]
) -> tuple[str, ...]:  # fmt: skip
    name = _name(people.get(report.student, Member(report.student, "")).name, report.student)
    if scores is None:
        return name, f"0 / {points(assignment.points)}", "", f"refused: {refusal(report)}"
    outcomes = scores.outcomes(assignment.items)
    known = [item for item in assignment.items if scores.items[item.id].score is not None]
    earned = "?" if Outcome.FAULT in outcomes else points(scores.total(known) or 0.0)
    possible = assignment.points if Outcome.FAULT in outcomes else sum(item.points for item in known)
    to_mark = str(outcomes.count(Outcome.UNMARKED) or "")
    return name, f"{earned} / {points(possible)}", to_mark, _why(report, scores, assignment)


def _name(name: str, student: str) -> str:
    """Return name and id; where both are too long, the name is cut, since commands take the id."""
    whole, known_as = written(name, student), written("", student)
    room = STUDENT_WIDTH - display_width(known_as) - 3  # a blank and the parentheses
    if display_width(whole) <= STUDENT_WIDTH:
        return whole
    if whole == known_as or room < _SHORTEST_NAME:
        return known_as
    return f"{fit(one_line(name, NAME_LIMIT), room)} ({known_as})"


def _why(report: Report, scores: StudentScores, assignment: Assignment) -> str:
    """Return one line that says what matters most: a fault of ours, an error or a warning, or the largest loss."""
    results = {result.id: result for result in report.items}
    lost = []
    for item in assignment.items:
        own, title = scores.items[item.id], one_line(item.heading, NAME_LIMIT)
        if own.outcome is Outcome.FAULT:
            said = fault_sentence(results[item.id]) if item.id in results else "there is no result"
            return f"grader fault in {title}: {said}"
        if own.score is not None and own.score < item.points:
            lost.append((item.points - own.score, title, item.id))
    serious = {finding.level: finding.text for finding in reversed(report.findings) if finding.level != Level.INFO}
    finding = one_line(serious.get(Level.ERROR) or serious.get(Level.WARNING) or "", SENTENCE_LIMIT)
    if lost and finding:
        return finding
    if lost:
        loss, title, item_id = max(lost, key=lambda entry: entry[0])
        more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
        said = _reason(report, item_id, scores.items[item_id].outcome)
        return f"{title} -{points(loss)}{more}{': ' if said else ''}{said}"
    so_far = "full points" if scores.total(assignment.items) is not None else "full points so far"
    return f"{so_far}, but: {finding}" if finding else so_far


def _reason(report: Report, item_id: str, outcome: Outcome) -> str:
    result = next((result for result in report.items if result.id == item_id), None)
    if outcome is Outcome.NOT_ATTEMPTED or (result and result.verdict is Verdict.NOT_ATTEMPTED):
        return "not attempted"
    first = result.first_lost if result else None
    if result is None or first is None:
        return ""
    said = first.sentence if first.sentence and first.sentence != ONE_REASON else first.seen
    return one_line(said, SENTENCE_LIMIT)


def _aligned(
    rows: Sequence[tuple[str, ...]], *, right: Iterable[int], wide: int = -1
) -> list[str]:  # fmt: skip
    """Return the rows as lines, their cells under each other.

    Columns without an entry are left out; `right` are aligned to the right, and `wide` (by default the last) has what
    the others leave.
    """
    width = range(len(rows[0]))
    kept = [column for column in width if column in (0, width[wide]) or any(row[column] for row in rows[1:])]
    wide = width[wide]
    limits = {column: STUDENT_WIDTH if column == 0 != wide else WIDTH for column in kept}
    widths = {column: min(limits[column], max(display_width(row[column]) for row in rows)) for column in kept}
    others = sum(widths[column] for column in kept if column != wide) + len(_GAP) * (len(kept) - 1)
    widths[wide] = max(1, min(widths[wide], WIDTH - others))
    return [_GAP.join(_cells(row, kept, widths, set(right))).rstrip() for row in rows]


def _cells(
    row: Sequence[str], kept: Sequence[int], widths: Mapping[int, int], right: set[int]
) -> Iterator[str]:  # fmt: skip
    for column in kept:
        text = fit(row[column], widths[column])
        padding = " " * (widths[column] - display_width(text))
        yield padding + text if column in right else text + padding


def display_width(text: str) -> int:
    """Return how many columns a terminal uses for cleaned text: two for East Asian wide, none for stacked marks."""
    return sum(map(_char_width, text))


def fit(text: str, columns: int) -> str:
    """Return the text, cut with an ellipsis if it needs more than so many columns."""
    if display_width(text) <= columns:
        return text
    kept, used = [], 0
    for char in text:
        used += _char_width(char)
        if used > columns - 1:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"


def _char_width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
