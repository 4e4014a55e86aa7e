"""One regrade request as its page shows it: what the student asks, the work, the mark, and the reply."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from ..gradebook.desk_book import RememberedComment, State
from ..gradebook.desk_book import Status as Marked
from ..gradebook.regrade_requests import RegradeRequest
from ..gradebook.request_rows import Asking, Place
from ..marking.comment_html import comment_html
from ..marking.student_answers import Status
from ..model.assignment import GradedBy
from ..model.errors import ConfigError
from ..model.plain_text import one_line, points
from ..model.report import CheckResult, Report, Verdict
from .answer_view import LONGEST_COMMENT, Action, AnswerView, answer_view, is_recorded, states_of
from .class_desk import ClassDesk
from .keys import KEYS
from .refusals import ONLY_INSTRUCTORS
from .request_queue import Queue, address_of, change_words, day, item_of
from .seen import Seen

MOST_CODE = 20_000  # characters of a cell
MOST_REQUESTS = 30  # of one student about one item
NO_REPLY = Markup()
VERDICTS = {Verdict.PASSED: "passed", Verdict.FAILED: "failed"}


@dataclass(frozen=True)
class OneRequest:
    """One request with its answer, if there is one."""

    reason: str
    when: str
    source: str
    is_open: bool
    answer: str = ""  # who answered when, and what became of the points
    reply: Markup = NO_REPLY


@dataclass(frozen=True)
class CheckView:
    """One hidden check."""

    words: str
    is_passed: bool
    sentence: str


@dataclass(frozen=True)
class CodeView:
    """What is shown of an item that checks grade."""

    code: str
    checks: list[CheckView]
    machine: str
    score: str
    is_adjusted: bool
    locked: str  # why the points cannot be changed


@dataclass(frozen=True)
class RequestView:
    """What the template shows."""

    item: str
    heading: str
    place: str  # stands for student and item among the requests
    address: str
    queue: str
    title: str
    number: str
    most: str
    status: str
    spoken: str
    requests: list[OneRequest]
    reply: str
    replies: list[RememberedComment]
    asked: str
    seen: str  # the revisions of all marks that may change, as JSON
    done: int
    all: int
    left: str
    actions: list[Action]
    written: AnswerView | None = None
    code: CodeView | None = None
    others: int = 0  # with the same answer and the same mark
    previous: str = ""
    following: str = ""
    held: str = ""
    notices: tuple[str, ...] = ()
    name: str = ""
    student_page: str = ""
    rubric_page: str = ""
    longest: int = LONGEST_COMMENT


@dataclass(frozen=True)
class Written:
    """The written answer that a request is about: of a group of students, that of the one who is marked for all."""

    student: str
    state: State | None  # of who asks
    others: tuple[str, ...]


def request_view(desk: ClassDesk, place: Place, seen: Seen, *, held: str = "") -> RequestView:
    """Return one request to show. Raises Unknown where there is none."""
    student, item_id = place
    item, queue = item_of(desk, item_id), Queue.of(desk)
    asking, key = queue.asking(place), desk.key(student)
    by_people = item.graded_by is not GradedBy.CHECKS
    written = written_of(desk, place, seen) if by_people else None
    page = _answer(desk, item_id, written, seen, held) if written else None
    waiting = queue.waiting
    words = f"Request {queue.askings.index(asking) + 1} of {len(queue.askings)}"
    before, after = queue.beside(place, -1), queue.beside(place, 1)
    address = seen.addresses
    return RequestView(
        item=item_id,
        heading=item.heading,
        place=f"{item_id}/{key}",
        address=address_of(desk, asking, seen),
        queue=address.requests,
        title=f"{words} · {item.heading}",
        number=words,
        most=points(item.points),
        status=page.status if page else "done",
        spoken=". ".join(filter(None, [words, asking.requests[-1].reason, held])),
        requests=[_one(request) for request in asking.requests[-MOST_REQUESTS:]],
        reply=asking.requests[-1].reply,
        replies=queue.replies(item_id),
        asked=asking.revision,
        seen=_revisions(desk, place, written, seen) if written else "{}",
        done=len(queue.askings) - len(waiting),
        all=len(queue.askings),
        left=left_words(queue),
        actions=_actions(by_people=by_people, has_others=bool(written and written.others)),
        written=page,
        code=None if by_people else _code(desk, asking, seen),
        others=len(written.others) if written else 0,
        previous=address_of(desk, before, seen) if before else "",
        following=address_of(desk, after, seen) if after else "",
        held=held,
        notices=tuple(_notices(asking, page)),
        name=desk.name(student) if seen.names else "",
        student_page=address.student(key),
        rubric_page=f"{address.question(item_id)}/rubric" if by_people else "",
    )


def written_of(desk: ClassDesk, place: Place, seen: Seen) -> Written:
    """Return the answer of a request about what people mark, and who else has the same one with the same mark."""
    student, item_id = place
    own = states_of(desk, item_id, [student], seen).get(student)
    lead = own.mates[0] if own and own.mates and desk.answer(item_id, student).status is Status.SHARED else student
    members = desk.order(item_id).group_of(lead).students
    states, answers = states_of(desk, item_id, members, seen), desk.answers.of_item(item_id)
    shown = states.get(lead)
    others = tuple(
        member
        for member in members
        if member != lead
        and shown is not None
        and (state := states.get(member)) is not None
        and state.status is Marked.DONE
        and (state.score, state.decision) == (shown.score, shown.decision)
        and is_recorded(answers.get(member), state)
    )
    return Written(lead, own, others)


def left_words(queue: Queue) -> str:
    """Return how many requests wait, in short."""
    return f"{len(queue.waiting)} left" if queue.waiting else "all answered"


def _answer(desk: ClassDesk, item_id: str, written: Written, seen: Seen, held: str) -> AnswerView:
    view = answer_view(desk, item_id, written.student, seen, held=held)
    if written.state is None:
        return replace(view, held=view.held or "The gradebook has no mark of this answer.", group_words="")
    return replace(view, group_words="")


def _revisions(desk: ClassDesk, place: Place, written: Written, seen: Seen) -> str:
    students = {place[0], *written.others}
    states = states_of(desk, place[1], students, seen)
    return json.dumps({desk.key(student): states[student].revision for student in students if student in states})


def _one(request: RegradeRequest) -> OneRequest:
    if request.answered_at is None:
        return OneRequest(request.reason, day(request), one_line(request.source, 120), True)
    who = f"{one_line(request.marker, 60)}, {request.answered_at.astimezone():%d %b %Y}"
    change = change_words(request.before, request.after)
    points_words = f"{change} points" if request.before != request.after else "the points stayed"
    return OneRequest(
        request.reason, day(request), one_line(request.source, 120), False, f"{who}: {points_words}",
        comment_html(request.reply),
    )  # fmt: skip


def _notices(asking: Asking, page: AnswerView | None) -> list[str]:
    found = []
    if asking.asks_again:
        found.append("This was graded again since the answer, with another result: the points of the answer count.")
    elif asking.moved_meanwhile:
        since = "the request came" if asking.open else "it was answered"
        found.append(f"The points changed since {since}: {change_words(*asking.moved_meanwhile)}.")
    if page and page.held:
        found.append(page.held)
    elif page and page.notice:
        found.append(page.notice)
    return found


def _code(desk: ClassDesk, asking: Asking, seen: Seen) -> CodeView:
    grade = asking.grade
    try:
        text = (desk.folders.results / f"{asking.student}.json").read_text(encoding="utf-8")
        checks: Sequence[CheckResult] = Report.from_json(text).item(asking.item).checks
    except (OSError, ValueError, KeyError, ConfigError):  # it is being written anew, or gone
        checks = ()
    code = (desk.code(asking.student) or {}).get(asking.item, "")
    return CodeView(
        code=code[:MOST_CODE] + ("\n…" if len(code) > MOST_CODE else ""),
        checks=[
            CheckView(VERDICTS.get(check.verdict, str(check.verdict).replace("_", " ")),
                      check.verdict is Verdict.PASSED, check.message or check.note or _in_words(check.name))
            for check in checks
        ],
        machine="none" if grade.machine is None else points(grade.machine),
        score="" if grade.score is None else points(grade.score),
        is_adjusted=grade.person is not None,
        locked="" if seen.may_change_rubric else ONLY_INSTRUCTORS,
    )  # fmt: skip


def _in_words(check: str) -> str:
    return check.removeprefix("test_").replace("_", " ")


def _actions(*, by_people: bool, has_others: bool) -> list[Action]:
    known = {key.action: key for key in KEYS}
    names = ["reply", *(("full", "zero", "comment", "adjustment") if by_people else ("adjustment",))]
    names += ["others"] if has_others else []
    names += ["undo", *(("model",) if by_people else ()), "history"]
    return [
        Action(name, known[name].button, known[name].shown, known[name].pressed[0], False if name == "others" else None)
        for name in names
    ]
