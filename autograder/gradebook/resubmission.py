"""Which marks a person has to look at again when a student was graded anew, and the digests that say so."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbgrader import api
from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from ..marking.student_answers import Answer, Status, StudentAnswers
from .desk_rows import AnswerRow, MarkRow
from .desk_tables import ANSWER, MARK
from .desk_types import team_key
from .desk_work import Work

_GRADE = api.Grade.__table__

NOTHING_TO_MARK = frozenset({Status.EMPTY, Status.REFUSED})  # 0 points, and nobody is asked


@dataclass(frozen=True)
class Known:
    """What was known of a student's answers before: digests and marks of the desk, by item."""

    unchanged: bool  # everything is as it was submitted before
    digests: Mapping[str, str]
    marks: Mapping[str, dict[int, MarkRow]]

    def asks_again(self, grade: Row[Any], comment: Row[Any] | None, answer: Answer) -> bool:
        """Whether an answer that a person marked waits for a person, now that it is `answer`.

        Only a person takes back what a person gave: also an answer that is gone is asked for again, unless it had 0
        points. `grade` and `comment` are nbgrader's rows as they were before.
        """
        if grade.manual_score == 0 and answer.status in NOTHING_TO_MARK:
            return False
        is_waiting, digest = bool(grade.needs_manual_grade), self.digests.get(answer.item, "")
        if not digest:  # a gradebook of an earlier version
            return is_waiting or not self.unchanged
        words, marks = (comment.manual_comment or "").strip() if comment else "", self.marks.get(answer.item, {})
        row = AnswerRow(
            answer.student, grade.id, grade.notebook_id, None, grade.auto_score, grade.manual_score, is_waiting, words,
            answer.digest, "", {slot: mark for slot, mark in marks.items() if mark.grade_id == grade.id},
        )  # fmt: skip
        return row.asks_a_person if row.is_ours else is_waiting or digest != answer.digest


def known(connection: Connection, assignment: str, student: str, *, unchanged: bool) -> Known:
    """Return what our tables know of a student's answers."""
    rows = connection.execute(
        select(ANSWER.c.item, ANSWER.c.digest).where(ANSWER.c.assignment == assignment, ANSWER.c.student == student)
    )
    digests = {row.item: row.digest for row in rows}
    marks: dict[str, dict[int, MarkRow]] = defaultdict(dict)
    columns = (MARK.c[name] for name in MarkRow._fields)
    mine = (MARK.c.assignment == assignment, MARK.c.student == student)
    for item, *values in connection.execute(select(MARK.c.item, *columns).where(*mine)):
        mark = MarkRow._make(values)
        marks[item][mark.slot] = mark
    return Known(unchanged, digests, marks)


def score(answer: Answer) -> float | None:
    """Return the score that an answer has without anybody looking at it; None if somebody has to."""
    return 0.0 if answer.status in NOTHING_TO_MARK else None


def note(connection: Connection, assignment: str, answers: StudentAnswers, before: Known) -> None:
    """Keep the digests of a student's answers, and with whom they were handed in."""
    mine = and_(ANSWER.c.assignment == assignment, ANSWER.c.student == answers.student)
    connection.execute(delete(ANSWER).where(mine))
    team = team_key(answers.group)
    rows = [
        {"assignment": assignment, "item": item, "student": answers.student, "digest": answer.digest, "team": team}
        for item, answer in answers.answers.items()
    ]
    if rows:
        connection.execute(insert(ANSWER), rows)
    if before.unchanged:  # marks that were given before there were digests were given for this
        for item, answer in answers.answers.items():
            if any(not mark.digest for mark in before.marks.get(item, {}).values()):
                nameless = (MARK.c.assignment == assignment, MARK.c.student == answers.student, MARK.c.digest == "")
                connection.execute(update(MARK).where(*nameless, MARK.c.item == item).values(digest=answer.digest))


def take_up(work: Work, answers: Mapping[str, Answer]) -> None:
    """Note the answers to an item in a gradebook of an earlier version, as if they had been recorded by this one.

    Answers of which there is nothing to mark get their 0 points, unless a person said something else.
    """
    here = (ANSWER.c.assignment == work.assignment, ANSWER.c.item == work.item.id)
    noted = set(work.connection.execute(select(ANSWER.c.student).where(*here)).scalars())
    rows = work.rows()
    new = {student: answer for student, answer in answers.items() if student in rows and student not in noted}
    if not new:
        return
    led = {student: answer.reason for student, answer in new.items() if answer.status is Status.SHARED}
    teams = {lead: team_key([lead, *(student for student in led if led[student] == lead)]) for lead in led.values()}
    work.connection.execute(
        insert(ANSWER),
        [
            work.of_item
            | {"student": student, "digest": answer.digest, "team": teams.get(led.get(student, student), "")}
            for student, answer in new.items()
        ],
    )
    for student, answer in new.items():
        mine = (MARK.c.assignment == work.assignment, MARK.c.item == work.item.id, MARK.c.student == student)
        if rows[student].marks:
            work.connection.execute(update(MARK).where(*mine, MARK.c.digest == "").values(digest=answer.digest))
        alone = answers.get(led.get(student, student), answer)
        if score(alone) is not None and rows[student].person is None and rows[student].machine is None:
            mine_there = _GRADE.c.id == rows[student].grade_id
            values = {"auto_score": score(alone), "needs_manual_grade": False}
            work.connection.execute(update(_GRADE).where(mine_there).values(values))
