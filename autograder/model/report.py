"""What grading one submission yields: verdicts, item scores, findings; and the JSON they are stored as."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from ..handin.problems import Finding, Level

SCHEMA = 2
DIGITS = 6  # of a score behind the point: what a test cell gives is kept, and 0.1 + 0.2 is 0.3
SEEN = " Seen: "  # joins a check's sentence and what was seen instead into one text
ONE_REASON = "All checks of this item failed for the same reason."  # in the place of the sentences of several checks


class Verdict(StrEnum):
    """Outcome of one check, or the most telling outcome of an item."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"  # the student's code raised
    TIMEOUT = "timeout"
    MEMORY = "memory"
    FORBIDDEN = "forbidden"  # the confinement refused what the code tried
    NOT_ATTEMPTED = "not_attempted"
    GRADER_FAULT = "grader_fault"  # ours: no score, a person looks


@dataclass(frozen=True)
class CheckResult:
    """Verdict of one hidden check, and what the student reads of it.

    A check that did not pass has a `sentence` that is true of right code, what was `seen` instead, and `where` to look;
    each may be missing. A check that passed may have a `note`.
    One that gives a part of its points has that part as its `share`, more than 0 and less than 1.
    """

    name: str
    verdict: Verdict
    weight: float = 1.0
    sentence: str = ""
    seen: str = ""
    where: str = ""
    note: str = ""
    share: float | None = None

    @property
    def earned(self) -> float:
        """The share of its weight that it earns, from 0 to 1."""
        return 1.0 if self.verdict is Verdict.PASSED else self.share or 0.0

    @property
    def message(self) -> str:
        """The three parts as one text; empty when the check passed."""
        text = SEEN.join(part for part in (self.sentence, self.seen) if part)
        return f"{text.rstrip('.')}. {self.where}" if self.where else text


@dataclass(frozen=True)
class ItemResult:
    """Score of one item graded by checks; `score` is None exactly when a grader fault left it open."""

    id: str
    score: float | None
    max: float
    verdict: Verdict
    checks: tuple[CheckResult, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes of checks that passed."""
        return tuple(check.note for check in self.checks if check.note)

    @property
    def reason(self) -> str:
        """What the first check that did not pass says; empty for a passed item."""
        return self.first_lost.message if self.first_lost is not None else ""

    @property
    def first_lost(self) -> CheckResult | None:
        """The first check that did not pass and says why; None for a passed item."""
        return next((check for check in self.checks if check.message), None)


class FormulaStatus(StrEnum):
    """What the checker of the kit says of a formula; a person marks the item in any case."""

    RIGHT = "right"
    WRONG = "wrong"
    UNDECIDED = "undecided"
    EMPTY = "empty"


@dataclass(frozen=True)
class Awaiting:
    """An item that a person marks; the formula fields are set for formulas only.

    Attributes:
        formula: What the checker of the kit says of it.
        diagnosis: What is wrong with it, for the person who marks it.
        for_student: What the student is told: never more than students' own copy of the checker says.
    """

    id: str
    max: float
    formula: FormulaStatus | None = None
    diagnosis: str | None = None
    for_student: str | None = None


@dataclass(frozen=True)
class Report:
    """Everything that grading one submission found out; `refused` says why nothing of it could be graded."""

    student: str
    items: tuple[ItemResult, ...]
    awaiting_person: tuple[Awaiting, ...] = ()
    findings: tuple[Finding, ...] = ()
    seed: str = ""
    sandbox: tuple[str, ...] = ()
    timings_s: dict[str, float] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    refused: str = ""
    graded_at: str = ""  # when the last of the items was graded: ISO 8601, UTC

    @property
    def total(self) -> float:
        """Points earned in the items graded by checks."""
        return round(sum(item.score or 0.0 for item in self.items), DIGITS)

    @property
    def max(self) -> float:
        """Points that the items graded by checks are worth."""
        return sum(item.max for item in self.items)

    @property
    def has_fault(self) -> bool:
        """Whether some item has no score because of a fault of ours."""
        return any(item.score is None for item in self.items)

    def item(self, item_id: str) -> ItemResult:
        """Return the result of one item. Raises KeyError for an id that the report does not have."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)

    def with_findings(self, *findings: Finding) -> Report:
        """Return a copy with more findings at the end."""
        return replace(self, findings=self.findings + findings)

    def to_json(self) -> str:
        """Return the stored form, with an entry a line."""
        lines = []
        for key, value in self.to_data().items():
            text = json.dumps(value, ensure_ascii=False)
            if isinstance(value, list) and value:  # json.dumps with an indent takes five times as long
                text = "[\n" + ",\n".join(f"    {json.dumps(entry, ensure_ascii=False)}" for entry in value) + "\n  ]"
            lines.append(f"  {json.dumps(key)}: {text}")
        return "{\n" + ",\n".join(lines) + "\n}\n"

    def to_data(self) -> dict[str, Any]:
        """Return the stored form as plain data, with keys in the order that readers of the format rely on.

        `vars` and not `asdict`, which takes a tenth of what storing a submission costs.
        """
        data: dict[str, Any] = {"schema": SCHEMA, "student": self.student, "refused": self.refused}
        data |= {"total": self.total, "max": self.max}
        data["items"] = [vars(item) | {"checks": [_check_data(check) for check in item.checks]} for item in self.items]
        data["awaiting_person"] = [
            {key: value for key, value in vars(entry).items() if value is not None} for entry in self.awaiting_person
        ]
        data["findings"] = [dict(vars(finding)) for finding in self.findings]
        data |= {"seed": self.seed, "sandbox": list(self.sandbox)}
        data |= {"timings_s": dict(self.timings_s), "versions": dict(self.versions)}
        data["graded_at"] = self.graded_at
        return data

    @classmethod
    def from_json(cls, text: str) -> Report:
        """Read the stored form, of this schema or the one before. Raises ValueError when the text is neither."""
        return cls.from_data(json.loads(text))

    @classmethod
    def from_data(cls, data: Any) -> Report:
        """Take the stored form as plain data. Raises ValueError when it is of no schema that is known."""
        if isinstance(data, dict) and data.get("schema") == 1:
            data = _from_schema_1(data)
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise ValueError(f"not a report of schema {SCHEMA}")
        return cls(
            student=data["student"],
            items=tuple(_item(entry) for entry in data["items"]),
            awaiting_person=tuple(_awaiting(entry) for entry in data["awaiting_person"]),
            findings=tuple(_finding(entry) for entry in data["findings"]),
            seed=data["seed"],
            sandbox=tuple(data["sandbox"]),
            timings_s=data["timings_s"],
            versions=data["versions"],
            refused=data["refused"],
            graded_at=data["graded_at"],
        )


def _check_data(check: CheckResult) -> dict[str, Any]:
    """Return the stored form of a check; a share is written where there is one."""
    data = dict(vars(check))
    if check.share is None:
        del data["share"]
    return data


def _from_schema_1(data: dict[str, Any]) -> dict[str, Any]:
    """Return a report of the schema before: its messages were one text, and a refusal had to be read from findings."""

    def check(entry: dict[str, Any]) -> dict[str, Any]:
        said, _, seen = entry.get("message", "").partition(SEEN)
        return {key: value for key, value in entry.items() if key != "message"} | {"sentence": said, "seen": seen}

    items = [{**item, "checks": [check(entry) for entry in item["checks"]]} for item in data["items"]]
    sent_nothing = all(entry["name"] == "submission" for item in items for entry in item["checks"])
    errors = [finding["text"] for finding in data["findings"] if finding["level"] == "error"]
    refused = errors[0] if sent_nothing and errors else ""
    return {**data, "schema": SCHEMA, "items": items, "refused": refused, "graded_at": ""}


def _finding(entry: dict[str, Any]) -> Finding:
    return Finding(Level(entry["level"]), entry["text"], entry.get("for_student", False))


def _awaiting(entry: dict[str, Any]) -> Awaiting:
    status = entry.get("formula")
    return Awaiting(**{**entry, "formula": None if status is None else FormulaStatus(status)})


def _item(entry: dict[str, Any]) -> ItemResult:
    checks = tuple(CheckResult(**{**check, "verdict": Verdict(check["verdict"])}) for check in entry["checks"])
    return ItemResult(**{**entry, "verdict": Verdict(entry["verdict"]), "checks": checks})
