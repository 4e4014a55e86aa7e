"""Finished results on disk, stored the moment they exist, and what of them is still good.

`results/<student>.json` is for people and programs; `.hw4/graded/<student>.json` holds the same results by notebook,
with the grounds that each item's result rests on.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .assignment import Assignment
from .errors import ConfigError
from .identity import WRITTEN, Grounds
from .intake import Submission
from .report import Report


@dataclass(frozen=True)
class Graded:
    """All that is known of one submission: a report for each notebook, and the grounds of each item's result."""

    parts: Mapping[str, Report] = field(default_factory=dict)  # findings are those of the notebook alone
    grounds: Mapping[str, Grounds] = field(default_factory=dict)  # only of results that may be used again

    def stale(self, grounds: Mapping[str, Grounds], assignment: Assignment) -> dict[str, frozenset[str]]:
        """Return what has to be graded, as item ids by notebook; under WRITTEN the written answers, an empty set."""
        plan: dict[str, set[str]] = {}
        for item in assignment.auto_items:
            if self.grounds.get(item.id) != grounds[item.id]:
                plan.setdefault(item.notebook, set()).add(item.id)
        if not plan and self.grounds.get(WRITTEN) != grounds[WRITTEN]:
            plan[WRITTEN] = set()  # any notebook's report tells about the written answers as well
        return {name: frozenset(ids) for name, ids in plan.items()}

    def updated(self, fresh: Mapping[str, Report], grounds: Mapping[str, Grounds]) -> Graded:
        """Return this with newly graded parts in their places; what a fault of ours touched is not to be used again."""
        parts = {**self.parts}
        for name, part in fresh.items():
            known = {item.id: item for item in parts[name].items} if name in parts else {}
            items = {**known, **{item.id: item for item in part.items}}
            parts[name] = replace(part, items=tuple(items.values()))
        scored = {item.id for part in parts.values() for item in part.items if item.score is not None}
        return Graded(parts, {key: value for key, value in grounds.items() if key in scored or key == WRITTEN})

    def report(self, submission: Submission, assignment: Assignment, seed: str) -> Report:
        """Put the report of the whole submission together."""
        parts = [self.parts[name] for name in (*assignment.notebooks, WRITTEN) if name in self.parts]
        items = {item.id: item for part in parts for item in part.items}
        times = {name: round(sum(part.timings_s.get(name, 0.0) for part in parts), 3) for name in parts[0].timings_s}
        return Report(
            submission.student,
            tuple(items[item.id] for item in assignment.auto_items if item.id in items),
            self.parts[WRITTEN].awaiting_person,
            (*submission.findings, *(finding for part in parts for finding in part.findings)),
            seed,
            parts[0].sandbox,
            times,
            parts[0].versions,
        )
