"""What the pictures of a class show, for the class report: word plots, what the generators draw, unexplained plots."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from autograder.formats.small_pictures import LikePictures
from autograder.marking.class_pictures import OddPictures, SavedPicture
from autograder.model.report import ItemResult, Report, Verdict

SAMPLES = SavedPicture(  # a hundred digits, which the notebook shows after training
    "hw4_partI", "look_samples", "Digits of the generators", "as saved in the students' notebooks",
    two_panels_from=1.5,  # those of MNIST are on the left
)  # fmt: skip
SAVED = (SAMPLES,)
PLOT_NOTEBOOK, PLOT = "hw4_partII", "word_vectors"
TITLES = {
    PLOT: ("Word plots", "right code gives the same plot on similar machines, because the notebook fixes the seed")
}
UNWRITTEN = "There is a plot of trained vectors, but this function is not written."
BORROWED = "The plot is the one that right code draws, but this function earned no points and would draw another one."
TRAINED_BY = ("negSamplingCostAndGradient", "skipgram")  # without these two there are no trained vectors to be drawn


def odd_pictures(
    alike: Mapping[str, Iterable[LikePictures]], reports: Mapping[str, Report], notebooks: Mapping[str, Collection[str]]
) -> Iterator[OddPictures]:
    """Yield what a person should look at among the plots.

    Equal plots alone say nothing: the notebook fixes the seed, so that right code draws the same picture for
    everybody, to the last pixel on similar machines. But missing code draws none, and wrong code another one.
    That the notebook is missing is said elsewhere.

    Args:
        alike: Groups of like pictures, by id of the file.
        reports: By student.
        notebooks: Names of the notebooks that were sent, by student.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for group in alike.get(PLOT, ()):
        senders = [student for student in group.students if PLOT_NOTEBOOK in notebooks.get(student, ())]
        known = {student: reports[student] for student in senders if student in reports}
        is_of_right_code = any(not _lost(report) for report in known.values())
        for student, report in known.items():
            for item in _lost(report)[:1]:
                if item.verdict is Verdict.NOT_ATTEMPTED:
                    found.setdefault((item.id, UNWRITTEN), []).append(student)
                elif item.score == 0 and is_of_right_code:
                    found.setdefault((item.id, BORROWED), []).append(student)
    for (item_id, sentence), students in found.items():
        yield OddPictures(item_id, sentence, tuple(sorted(students)))


def _lost(report: Report) -> list[ItemResult]:
    """Return the items without which nothing is trained, if they lost points: those that lost all of them first."""
    lost = [item for item in report.items if item.id in TRAINED_BY and item.score != item.max]
    return sorted(lost, key=lambda item: (item.verdict is not Verdict.NOT_ATTEMPTED, item.score or 0.0))
