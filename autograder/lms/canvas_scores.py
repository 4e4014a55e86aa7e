"""Scores into one column of the instructor's own Canvas gradebook; every other byte of the file stays as it is."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..formats.csv_cells import Cell
from ..handin.names import HOMEWORK, same_letters
from ..model.assignment import Assignment
from ..model.errors import ConfigError
from ..model.final_score import FinalScore
from .canvas_gradebook import CanvasGradebook, Column, Person
from .logins import id_of

_KEPT = ("EX", "N/A")  # excused; not assigned, or hidden: a number would undo the first, Canvas ignores the others
_DECIMAL_COMMA = re.compile(r"\s*[0-9]+,[0-9]+\s*")
_NAMED = 6  # columns in a message


@dataclass(frozen=True)
class Filled:
    """The filled file, and everybody who is not in it as expected."""

    data: bytes
    column: Column
    students: tuple[str, ...]  # whose score was entered
    not_final: tuple[FinalScore, ...]  # left as they were
    without_row: tuple[FinalScore, ...]  # graded, and in no row of the file
    without_score: tuple[Person, ...]  # in the file, and nothing was graded
    kept: tuple[Person, ...]  # excused, or not assigned to them


def fill(gradebook: CanvasGradebook, column: Column, scores: Iterable[FinalScore], *, partial: bool = False) -> Filled:
    """Enter the scores, matching by Canvas's ID and then by the SIS login.

    With `partial` unmarked answers count as 0; what a fault of ours left open stays open.
    """
    rows, without_row = _matched(gradebook.people, scores)
    comma = _has_decimal_comma(gradebook)
    values: dict[Cell, str] = {}
    students, not_final, without_score, kept = [], [], [], []
    for person in gradebook.people:
        score = rows.get(person)
        cell = person.cells[column.index] if column.index < len(person.cells) else None
        if score is None or cell is None:
            without_row += [score] if score is not None else []
            without_score += [] if score is not None or person.is_test_student else [person]
        elif gradebook.table.text(cell).strip().upper() in _KEPT:
            kept.append(person)
        elif score.open_for(partial=partial):
            not_final.append(score)
        else:
            text = f"{score.total:.2f}"
            values[cell] = text.replace(".", ",") if comma else text
            students.append(score.student)
    return Filled(
        gradebook.table.replaced(values), column, tuple(students), tuple(not_final), tuple(without_row),
        tuple(without_score), tuple(kept),
    )  # fmt: skip


def find_column(gradebook: CanvasGradebook, assignment: Assignment, wanted: str = "") -> Column:
    """Return the column to fill: the one that is `wanted`, or that is called like the assignment.

    It may have the assignment's title, or a part of it before or behind a colon, or begin with its name: `lab1` with
    the title `Lab 1: Regression` fits `Regression (12345)`, `LAB 1: fitting lines (12345)` and `lab-01 (12345)`.

    `wanted` is a header, its title, or Canvas's number of the assignment.

    Raises:
        ConfigError: No column fits, several do, or it is read-only.
    """
    columns = gradebook.columns
    if wanted:
        name = wanted.strip().casefold()
        fitting = [c for c in columns if name in (c.header.casefold(), c.title.casefold(), c.assignment_id)]
    else:
        spelled, whole = _spellings(assignment.name), same_letters(assignment.title)
        parts = {same_letters(part) for part in assignment.title.split(":")} - {""}
        fitting = (
            [c for c in columns if same_letters(c.title) == whole]
            or [c for c in columns if spelled.fullmatch(c.title)]
            or [c for c in columns if spelled.match(c.title)]
            or [c for c in columns if same_letters(c.title) in parts]
        )
    if len(fitting) != 1:
        raise ConfigError(_which(gradebook, fitting, f'"{wanted}"' if wanted else assignment.name))
    column = fitting[0]
    if column.possible and column.points is None:
        raise ConfigError(f'The column "{column.header}" of {gradebook.path} is {column.possible}: choose another one.')
    return column


def _which(gradebook: CanvasGradebook, fitting: list[Column], wanted: str) -> str:
    """Return the sentence that asks which column is meant."""
    columns = fitting or gradebook.columns
    if not columns:
        return f"{gradebook.path} has no column of an assignment: export it again."
    names = ", ".join(f'"{column.header}"' for column in columns[:_NAMED])
    more = f" and {len(columns) - _NAMED} more" if len(columns) > _NAMED else ""
    found = f"{len(fitting)} columns of {gradebook.path} are" if fitting else f"No column of {gradebook.path} is"
    return f"{found} named {wanted}: choose one with --column ({names}{more})."


def _spellings(assignment_name: str) -> re.Pattern[str]:
    """Return what people call an assignment in front of its title: for `hw5` also HW 5, HW-05 and Homework 5."""
    words = assignment_name.rstrip("0123456789")
    number = assignment_name[len(words) :].lstrip("0")
    names = HOMEWORK if words.lower() in HOMEWORK else [r"[\s_.-]*".join(re.split(r"[\W_]+", words.strip("_")))]
    return re.compile(rf"(?:{'|'.join(names)})[\s_.-]*0*{number}(?![^\W_])", re.IGNORECASE)


def _matched(
    people: Iterable[Person], scores: Iterable[FinalScore]
) -> tuple[dict[Person, FinalScore], list[FinalScore]]:  # fmt: skip
    """Return the row of each student, and who has none; nobody gets the row of another by the name of a file."""
    rows: dict[tuple[Person, ...], list[tuple[bool, FinalScore]]] = defaultdict(list)
    by_id, by_login = _rows_by_name(people)
    without_row = []
    for score in sorted(scores, key=lambda score: score.student):
        by_number = tuple(by_id[score.canvas_user]) if score.canvas_user.isdigit() else ()
        found = by_number or tuple(by_login[score.student.casefold()])
        if not by_number and found and found[0].canvas_id:
            found = tuple({person: None for first in found for person in by_id[first.canvas_id]})
        is_one = len({person.canvas_id or person.login for person in found}) == 1
        is_another = score.canvas_user.isdigit() and any(person.canvas_id for person in found)
        if by_number or (is_one and not is_another):
            rows[found].append((bool(by_number), score))
        else:
            without_row.append(score)
    matched: dict[Person, FinalScore] = {}
    for found, claims in rows.items():
        best = _best(found, claims)
        without_row += [score for _, score in claims if score is not best]
        matched |= dict.fromkeys(found, best) if best else {}
    return matched, sorted(without_row, key=lambda score: score.student)


def _rows_by_name(people: Iterable[Person]) -> tuple[Mapping[str, list[Person]], Mapping[str, list[Person]]]:
    by_id: dict[str, list[Person]] = defaultdict(list)
    by_login: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        by_id[person.canvas_id].append(person)
        for login in {person.login.casefold(), id_of(person.login)} - {""}:
            by_login[login].append(person)
    return by_id, by_login


def _best(found: tuple[Person, ...], claims: list[tuple[bool, FinalScore]]) -> FinalScore | None:
    """Return the score of a row that two ids claim, as after a change of the roster; None if nothing tells which."""
    logins = {id_of(person.login) for person in found}
    ranked = [(by_id, not score.is_refused, score.student in logins) for by_id, score in claims]
    best = [score for (_, score), rank in zip(claims, ranked, strict=True) if rank == max(ranked)]
    return best[0] if len(best) == 1 else None


def _has_decimal_comma(gradebook: CanvasGradebook) -> bool:
    """Whether the file writes 12,50 for twelve and a half, as Canvas does in some languages."""
    indices = [column.index for column in gradebook.columns]
    texts = [gradebook.possible[i] for i in indices if i < len(gradebook.possible)]
    for person in gradebook.people:
        texts += [gradebook.table.text(person.cells[i]) for i in indices if i < len(person.cells)]
    return any(map(_DECIMAL_COMMA.fullmatch, texts))
