"""The pictures of a class side by side: word plots, what the generators draw, and plots that no code explains."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..formats import saved_outputs
from ..formats.small_pictures import LikePictures, SmallPicture, groups
from ..handin import notebook_file
from ..handin.problems import Unusable
from ..model.report import ItemResult, Report, Verdict
from ..model.submission import Submission
from .rendered_pictures import RenderedPictures

SAMPLES_NOTEBOOK, SAMPLES_CELL = "hw4_partI", "look_samples"  # where a finished training shows a hundred digits
PLOT_NOTEBOOK, PLOT_FILE = "hw4_partII", "word_vectors"
MOST_SAMPLES = 1_500  # of a class: 13 MB of a page; nobody looks through more of them
UNWRITTEN = "There is a plot of trained vectors, but this function is not written."
BORROWED = "The plot is that of right code; this function earns no points, and would draw another one."
TRAINED_BY = ("negSamplingCostAndGradient", "skipgram")  # without these two there are no trained vectors to be drawn


@dataclass(frozen=True)
class OddPlot:
    """A sentence about plots that the code beside them cannot have drawn, and who sent such a plot."""

    item_id: str
    sentence: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class ClassPictures:
    """The pictures of a class by student; who has none is left out."""

    samples: Mapping[str, SmallPicture] = field(default_factory=dict)
    plots: Mapping[str, SmallPicture] = field(default_factory=dict)
    like_plots: tuple[LikePictures, ...] = ()  # everybody with a plot is in one of them
    odd_plots: tuple[OddPlot, ...] = ()


class Collection:
    """The pictures of a class, taken from one submission after the other."""

    def __init__(self) -> None:
        """Begin with none."""
        self._samples: dict[str, SmallPicture] = {}
        self._plots: dict[str, SmallPicture] = {}
        self._kept: dict[str, SmallPicture] = {}  # the same picture of many students is in memory once
        self._with_notebook: set[str] = set()

    def add(self, submission: Submission, rendered: RenderedPictures) -> None:
        """Take the pictures of a submission, which the rendered may know. Never raises for what was submitted."""
        drawn = samples_of(submission)
        if drawn is not None and (small := rendered.samples(drawn)) is not None:
            self._samples[submission.student] = small
            if len(self._samples) > MOST_SAMPLES:
                del self._samples[max(self._samples)]
        plot = submission.files.get(PLOT_FILE)
        if plot is not None and (small := rendered.small_plot(plot)) is not None:
            self._plots[submission.student] = self._kept.setdefault(small.digest, small)
            if PLOT_NOTEBOOK in submission.notebooks:
                self._with_notebook.add(submission.student)

    def class_pictures(self, reports: Iterable[Report]) -> ClassPictures:
        """Return the pictures, and what the reports say of the code that should have drawn them."""
        alike = tuple(groups(self._plots))
        graded = {report.student: report for report in reports if report.student in self._with_notebook}
        return ClassPictures(self._samples, self._plots, alike, odd_plots(graded, alike))


def samples_of(submission: Submission) -> bytes | None:
    """Return the picture of generated digits that a student's notebook holds, as a PNG that nobody vouches for."""
    data = submission.notebooks.get(SAMPLES_NOTEBOOK)
    if data is None:
        return None
    try:
        cells = [cell for cell in notebook_file.read(data).cells if cell.grade_id == SAMPLES_CELL]
    except Unusable:
        return None
    outputs = saved_outputs.cleaned(cells[-1].outputs) if cells else []
    pictures = [output.data["image/png"] for output in outputs if "image/png" in output.get("data", {})]
    return base64.b64decode(pictures[-1]) if pictures else None


def draw_ahead(submission: Submission, rendered: RenderedPictures) -> None:
    """Make the pictures of a submission, so that they are there when asked for. Never raises for what it holds."""
    rendered.draw_ahead(submission.files.get(PLOT_FILE), samples_of(submission))


def odd_plots(reports: Mapping[str, Report], alike: Iterable[LikePictures]) -> tuple[OddPlot, ...]:
    """Return what a person should look at among the plots.

    Equal plots alone say nothing: the notebook fixes the seed, so that right code draws the same picture for
    everybody, to the last pixel on like machines. But code that is not there draws none, and wrong code another one.

    Args:
        reports: By student, of those who sent a plot and the notebook that draws it.
        alike: Groups of like plots.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for group in alike:
        known = {student: reports[student] for student in group.students if student in reports}
        is_of_right_code = any(not _lost(report) for report in known.values())
        for student, report in known.items():
            for item in _lost(report)[:1]:
                if item.verdict is Verdict.NOT_ATTEMPTED:
                    found.setdefault((item.id, UNWRITTEN), []).append(student)
                elif item.score == 0 and is_of_right_code:
                    found.setdefault((item.id, BORROWED), []).append(student)
    return tuple(OddPlot(item_id, sentence, tuple(sorted(who))) for (item_id, sentence), who in found.items())


def _lost(report: Report) -> list[ItemResult]:
    """Return the items without which nothing is trained, if they lost points: those that lost all of them first."""
    lost = [item for item in report.items if item.id in TRAINED_BY and item.score != item.max]
    return sorted(lost, key=lambda item: (item.verdict is not Verdict.NOT_ATTEMPTED, item.score or 0.0))
