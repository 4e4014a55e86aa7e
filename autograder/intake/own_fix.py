"""An instructor's own change of a folder in submitted/: it counts until the student sends something else.

What arrived is remembered by its digest, so that a folder with another digest was changed by hand. The same holds where
what arrived was refused, and the instructor made a folder of it.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ..handin.names import listed
from ..handin.problems import Finding, Level
from ..model.assignment import Assignment
from ..model.submission import Submission, contents, digest_of
from . import arrivals
from .submission import read_folder


class Settled(NamedTuple):
    """What counts, and what is remembered of it."""

    counts: Submission
    arrived: str  # digest of what the student sent
    finding: Finding | None = None


def settle(submission: Submission, target: Path, assignment: Assignment) -> Settled:
    """Return what counts: a submission, or the folder submitted/<student>/<assignment> that was changed by hand."""
    incoming = digest_of(submission, assignment)
    as_sent, arrived = Settled(submission, incoming), arrivals.digest_on_arrival(target)
    if not target.is_dir() or target.is_symlink() or target.parent.is_symlink():
        return as_sent
    if submission.problem is not None and incoming not in (arrived, arrivals.digest_on_arrival(target, refused=True)):
        return as_sent  # it is refused for the first time: nobody can have repaired it
    if arrived == "" or (arrived is None and not (submission.problem and _is_later_than_refusal(target))):
        return as_sent
    folder = read_folder(target, submission.student, assignment)
    present = digest_of(folder, assignment)
    if folder.problem is not None or folder.fault is not None or present == arrived:
        return as_sent
    if incoming == present:  # submitted/ itself is graded
        return Settled(submission, arrived or incoming, _counts())
    if incoming == arrived or submission.problem is not None:
        sent = submission
        by_hand = replace(
            folder, download=sent.download, is_known=sent.is_known, group=sent.group, findings=sent.findings
        )
        return Settled(by_hand, incoming, _counts(_changed(submission, folder, assignment)))
    kept = arrivals.folders_of(target).superseded.relative_to(arrivals.folders_of(target).out) / submission.student
    text = f"The student sent a new version, so that your change in submitted/ no longer counts: it is kept in {kept}."
    return Settled(submission, incoming, Finding(Level.WARNING, text))


def _counts(names: str = "") -> Finding:
    what = names or "The submission"
    return Finding(
        Level.INFO, f"{what} was changed by hand in submitted/, and that counts until the student sends something else."
    )


def _changed(submission: Submission, folder: Submission, assignment: Assignment) -> str:
    """Return the names of the files that differ; of a refused submission nothing is known."""
    if submission.problem is not None:
        return ""
    sent, present = contents(submission, assignment), contents(folder, assignment)
    return listed(sorted(name for name in sent.keys() | present.keys() if sent.get(name) != present.get(name)))


def _is_later_than_refusal(target: Path) -> bool:
    """Whether a folder that never arrived was made after the submission was refused: it is no older student's."""
    paths = [target, *target.rglob("*")]
    return max(path.lstat().st_ctime for path in paths) >= os.path.getmtime(arrivals.refusal_of(target))
