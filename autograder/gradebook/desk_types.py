"""What the marking desk says of marks: markers, decisions, states of answers, and why something is refused."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ..model.rubric import Rubric


@dataclass(frozen=True)
class Marker:
    """A person in one browser: a lease belongs to both, a decision to the name."""

    name: str
    browser: str = ""


@dataclass(frozen=True)
class Decision:
    """What a marker says of an answer; `done` when nothing is to be added."""

    ticks: frozenset[str] = frozenset()
    adjustment: float = 0.0
    reason: str = ""
    comment: str = ""
    flagged: bool = False
    done: bool = False

    @property
    def has_score(self) -> bool:
        """Whether points were decided: a comment or a flag alone decides none."""
        return self.done or bool(self.ticks) or self.adjustment != 0


class Status(StrEnum):
    """How far the marking of an answer is."""

    UNMARKED = "unmarked"
    BEGUN = "begun"  # not done yet, or asked again because the answer changed
    DONE = "done"
    SETTLED = "settled"  # 0 points beforehand: nothing was written, or nothing counts
    FORMGRADER = "formgrader"  # marked there
    DISAGREED = "disagreed"  # two markers gave different points, and nobody has settled it


@dataclass(frozen=True)
class State:
    """One answer on the desk."""

    student: str
    status: Status
    decision: Decision | None = None  # the last one on the desk, also where formgrader overruled it
    score: float | None = None  # what the gradebook has, without extra credit
    marker: str = ""
    at: datetime | None = None
    lease: Marker | None = None  # who has it open now
    revision: str = ""  # to be given back to `save`: it differs when anybody changed anything
    version: int = 0  # of the rubric that the decision rests on
    digest: str = ""  # of the answer
    asked_again: bool = False  # was decided, but the answer changed since
    mates: tuple[str, ...] = ()  # the group of students who handed this in, all of them; () without a group

    @property
    def is_open(self) -> bool:
        """Whether somebody has to mark it."""
        return self.status in (Status.UNMARKED, Status.BEGUN)

    @property
    def leased_by(self) -> str:
        """The name of who has it open now, or ""."""
        return self.lease.name if self.lease else ""

    @property
    def is_led(self) -> bool:
        """Whether the desk asks for another member of the group of students."""
        return bool(self.mates) and self.student != self.mates[0]


@dataclass(frozen=True)
class StoredRubric:
    """The rubric that counts."""

    version: int  # 0: as in the source, nothing rests on it yet
    rubric: Rubric
    pending: Rubric | None = None  # the source has another one by now, which nobody has adopted


@dataclass(frozen=True)
class RubricVersion:
    """One version of a rubric, and who made it when; the first comes from the source."""

    version: int
    rubric: Rubric
    marker: str
    at: datetime


@dataclass(frozen=True)
class Move:
    """The points of an answer that a changed rubric moves."""

    student: str
    before: float
    after: float


@dataclass(frozen=True)
class Event:
    """One entry of an answer's history.

    `kind` is save, done, settle, undo, rubric, split or rejoin; of a regrade request that was answered: request if the
    mark changed, points if those of checks did, reply if neither.
    """

    student: str
    kind: str
    marker: str
    at: datetime
    before: Decision | None
    after: Decision | None
    score_before: float | None
    score_after: float | None
    undone: bool = False
    second: bool = False


@dataclass(frozen=True)
class RememberedComment:
    """A comment that was given for an item, and how often."""

    text: str
    uses: int


@dataclass(frozen=True)
class Flag:
    """An answer that a marker flagged, to come back to it or to ask somebody."""

    item: str
    student: str
    marker: str
    at: datetime
    comment: str


@dataclass(frozen=True)
class Progress:
    """How many answers to an item, in a section of the class, are how far."""

    item: str
    section: str  # "" for who is in none
    counts: Mapping[Status, int]

    @property
    def open(self) -> int:
        """How many somebody has to mark."""
        return self.counts.get(Status.UNMARKED, 0) + self.counts.get(Status.BEGUN, 0)

    @property
    def all(self) -> int:
        """How many there are."""
        return sum(self.counts.values())


class Taken(Exception):
    """Somebody else has the answer, or changed it meanwhile; the message says who, and nothing was written."""


class RubricChanged(Taken):
    """The rubric is another one by now; nothing was written."""


@dataclass(frozen=True)
class Pair:
    """How far two markers agree, over all answers that both have marked; `item` is "" for all items."""

    item: str
    first: str
    second: str
    answers: int
    equal: int
    difference: float  # mean of the absolute difference, in points

    @property
    def share_equal(self) -> float:
        """The share of answers that both gave the same points."""
        return self.equal / self.answers if self.answers else 1.0


@dataclass(frozen=True)
class Disagreement:
    """One answer that two markers gave different points."""

    student: str
    first: Decision
    second: Decision
    first_score: float
    second_score: float
    markers: tuple[str, str]
    revision: str = field(default="", compare=False)


def team_key(members: Collection[str]) -> str:
    """Return what all members of a group of students have in common, "" for who works alone."""
    if len(members) < 2:
        return ""
    return hashlib.blake2b(json.dumps(sorted(members)).encode(), digest_size=16).hexdigest()
