"""The outputs of the training cells, for a person: is training shown, and do the stated facts fit?

Nothing here changes a score. A finding is a contradiction or a gap that a person may want to ask about.
"""

import ast
import contextlib
import math
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from nbformat import NotebookNode

from autograder.checking import Student, SubmissionError, numbers
from autograder.course import asked
from autograder.handin import cell_plan, notebook_file
from autograder.handin.notebook_file import NotebookFile
from autograder.handin.problems import Level
from autograder.model.assignment import Assignment
from autograder.model.plain_text import one_line
from autograder.model.report import Finding
from autograder.model.submission import Submission

from . import automatic_differentiation, training_replay

TRAINING_CELLS = ("train_gan", "train_word2vec")
WON_BELOW = 0.1  # mean loss of the discriminator, as in hw4kit.gan_training; a healthy one ends above 1
# Rounding and memory are worth this much in the stated minutes; one hour for two is not.
MINUTES_OFF, MINUTES_OFF_SHARE = 2.0, 0.5
SECONDS_OFF, SECONDS_OFF_SHARE = 0.1, 0.1  # in minutes; the log has one digit after the point
# Share of a logged loss. On the Treebank, right code that is written in other ways differs by 2e-16. All of the wrong
# solutions that train in the fast way are off by more within three iterations: a wrong cost by 2e-5 and more, a lost
# repetition of a negative by 2.1e-7, the least; but for one that ignores K, which training leaves at its default.
LOSS_OFF = 1e-7
MAX_OUTPUTS, MAX_TEXT = 60, 1_200_000  # looked at under one cell; characters of all, half of them from their end
MAX_SHOWN = 200  # characters of an exception
MAX_LOSS = 20  # of what stands in place of a loss

TOOK = re.compile(r"^Training took (\d{1,6}\.\d) minutes \((\d[\d,]{0,12}) iterations, seed (\d{1,12})\)$", re.M)
LOSSES = re.compile(r"^Loss by iteration \(data ([0-9a-f]{8})\): (.{1,1000})$", re.M)
LOSS = re.compile(r"(\d[\d,]{0,12}): (-?\d[\d.e+-]{0,30})")
WHOLE_VOCABULARY = "gets the whole vocabulary"  # printed where the fast way cannot serve the functions
PLANNED_ITERATIONS = re.compile(r" so (\d[\d,]{0,12}) iterations\.$", re.M)  # as the training cell says it
PLANNED_STEPS = re.compile(r" of (\d[\d,]{0,12}) steps")  # in the progress bar, and where training was stopped
STEPS = re.compile(r"^(\d[\d,]{0,12}) steps in .{1,40}; seed \d{1,12}\.$", re.M)
HEADING = re.compile(r"^#{1,6} (.*?)(?: \(\d+ points?\))?\s*$", re.M)
MEAN_LOSSES = re.compile(r"^Mean losses of the last \d{1,6} steps: D (\S{1,20}), G (\S{1,20})\.$", re.M)


@dataclass(frozen=True)
class Word2vecLog:
    """What the word2vec loop printed at its end."""

    minutes: float
    iterations: int
    seed: int
    digest: str = ""  # of the data; "" where no losses are logged
    losses: Mapping[int, float] | None = None


def findings(
    name: str, submitted: NotebookFile, student: Student | None, assignment: Assignment, submission: Submission
) -> Iterator[Finding]:  # fmt: skip
    """Yield what a person may want to know about one notebook beyond its scores; without a process if it cannot run."""
    yield from automatic_differentiation.findings(name, asked.notebook(name, assignment), submitted, submission.modules)
    if student is not None:
        yield from _of_training(name, submitted, student, assignment, files=submission.files)


def _of_training(
    name: str, submitted: NotebookFile, student: Student, assignment: Assignment, *, files: Container[str]
) -> Iterator[Finding]:  # fmt: skip
    """Yield what is missing or contradictory in what a notebook shows of the training; it may end in a plot."""
    source = assignment.source_notebook(name)
    wanted = asked.notebook(name, assignment)
    given = cell_plan.given_cells(wanted, submitted)
    trained = next((cell for cell in _training_cells(source) if cell in TRAINING_CELLS), None)
    claimed = (
        "word_vectors" in files if trained == "train_word2vec" else not cell_plan.plan(wanted, submitted).unwritten
    )
    if trained is None or not claimed:
        return
    bare = [cell for cell in _training_cells(source) if cell not in given or not given[cell].outputs]
    under = _headings(source)
    if bare:
        places = ", ".join(dict.fromkeys(f'"{under[cell]}"' for cell in bare))
        text = f"no outputs are saved under {places}: the cells were not run, or their outputs were cleared."
        yield Finding(Level.WARNING, f"{name}: {text}")
    if trained in given and not notebook_file.is_as_released(given[trained]):
        yield Finding(Level.WARNING, f'{name}: the given training cell under "{under[trained]}" was changed.')
    if trained not in bare:
        found = _gan(given[trained]) if trained == "train_gan" else _word2vec(given[trained], student, assignment)
        yield from (Finding(level, f"{name}: {text}") for level, text in found)


def _gan(cell: notebook_file.Cell) -> Iterator[tuple[Level, str]]:
    """Yield level and text of what is unusual about a GAN's training."""
    text = printed(cell)
    done = STEPS.findall(text)
    if not done:
        yield Level.WARNING, f"the output of the training cell shows no finished training{_raised(cell)}."
        return
    planned = PLANNED_STEPS.findall(text)
    if planned and _whole(done[-1]) < _whole(planned[-1]):
        yield Level.WARNING, f"the GAN was trained for {done[-1]} of {planned[-1]} steps."
    for d_loss, g_loss in MEAN_LOSSES.findall(text)[-1:]:
        d_mean, g_mean = _number(d_loss), _number(g_loss)
        if not (math.isfinite(d_mean) and math.isfinite(g_mean)):
            shown = f"D {one_line(d_loss, MAX_LOSS)}, G {one_line(g_loss, MAX_LOSS)}"
            yield Level.WARNING, f"the GAN's training ends with losses that are NaN or infinite ({shown})."
        elif d_mean < WON_BELOW:
            yield Level.WARNING, f"the discriminator has won: its loss is {d_mean:g} at the end of the GAN's training."


def _word2vec(cell: notebook_file.Cell, student: Student, assignment: Assignment) -> Iterator[tuple[Level, str]]:
    """Yield level and text of what is unusual about the training of word vectors."""
    text = printed(cell)
    log = word2vec_log(text)
    if log is None:
        yield (
            Level.WARNING,
            f"there is a plot, but the output of the training cell shows no finished training{_raised(cell)}.",
        )
        return
    yield from _run_time(log, student)
    data = training_replay.corpus(assignment, log.digest) if log.digest else None
    if data is not None and data.is_mini:
        yield Level.INFO, "the word vectors come from the mini stand-in, not from the Treebank."
    planned = PLANNED_ITERATIONS.findall(text)
    if planned and log.iterations < _whole(planned[-1]):
        yield Level.WARNING, f"training had {log.iterations:,} of {planned[-1]} iterations."
    if data is not None and WHOLE_VOCABULARY not in text:
        yield from _other_losses(log, data, student, assignment)


def _run_time(log: Word2vecLog, student: Student) -> Iterator[tuple[Level, str]]:
    stated = math.nan
    with contextlib.suppress(SubmissionError):
        array = numbers(student.call("run_time_minutes"))
        stated = float(array.reshape(-1)[0]) if array is not None and array.size == 1 else math.nan
    if not stated > 0 or abs(stated - log.minutes) <= MINUTES_OFF + MINUTES_OFF_SHARE * log.minutes:
        return  # what is no time at all has cost its points already
    in_seconds = abs(stated / 60 - log.minutes) <= SECONDS_OFF + SECONDS_OFF_SHARE * log.minutes
    meaning = ": these seem to be seconds" if in_seconds else ""
    yield (
        Level.WARNING,
        f"run_time_minutes() returns {stated:g}, the training cell says {log.minutes:g} minutes{meaning}.",
    )


def _other_losses(
    log: Word2vecLog, data: training_replay.Corpus, student: Student, assignment: Assignment
) -> Iterator[tuple[Level, str]]:  # fmt: skip
    """Yield one line if the logged losses are not those of the submitted functions."""
    logged, seen = log.losses or {}, list[float]()
    if all(number in logged for number in range(1, training_replay.ITERATIONS + 1)):
        with contextlib.suppress(SubmissionError):  # no use in training now: that costs points elsewhere
            seen = training_replay.losses(student, assignment, data, log.seed)
    for number, loss in enumerate(seen, start=1):
        if not abs(loss - logged[number]) <= LOSS_OFF * abs(logged[number]):
            yield (
                Level.WARNING,
                f"in the training log the loss of iteration {number} (seed {log.seed}) is {logged[number]:.8g}, but the"
                f" submitted functions give {loss:.8g}: they changed after training, or the log is from other code.",
            )
            return


def word2vec_log(text: str) -> Word2vecLog | None:
    """Return what the word2vec loop printed at its end, None where it did not get there."""
    ends = TOOK.findall(text)
    if not ends:
        return None
    minutes, iterations, seed = float(ends[-1][0]), _whole(ends[-1][1]), int(ends[-1][2])
    lines = LOSSES.findall(text)
    if not lines:
        return Word2vecLog(minutes, iterations, seed)
    digest, listed = lines[-1]
    losses = {_whole(number): _number(loss) for number, loss in LOSS.findall(listed)}
    return Word2vecLog(minutes, iterations, seed, digest, losses)


def printed(cell: notebook_file.Cell) -> str:
    """Return what a cell displayed and printed, the middle of a long text left out."""
    text = cell.shown
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT // 2]}\n{text[-MAX_TEXT // 2 :]}"


def _raised(cell: notebook_file.Cell) -> str:
    """Return the exception that a cell shows, as the end of a sentence."""
    for output in cell.outputs[-MAX_OUTPUTS:]:
        if output["output_type"] == "error":
            said = [one_line(output.get(key), MAX_SHOWN).rstrip(".") for key in ("ename", "evalue")]
            return f", it ended with {': '.join(part for part in said if part) or 'an exception'}"
    return ""


def _whole(text: str) -> int:
    return int(text.replace(",", ""))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _headings(source: NotebookNode) -> dict[str, str]:
    """Return the heading under which each code cell stands, by id."""
    headings, last = {}, ""
    for cell in source.cells:
        if cell.cell_type == "markdown" and (found := HEADING.findall(cell.source)):
            last = found[-1]
        elif cell.cell_type == "code":
            headings[str(cell.metadata.nbgrader.grade_id)] = last
    return headings


def _training_cells(source: NotebookNode) -> list[str]:
    """Return the ids of the cells that train, or show something of the data or of the training."""
    tagged = [cell for cell in source.cells if cell.cell_type == "code" and "training" in cell.metadata.get("tags", [])]
    sources = {cell.metadata.nbgrader.grade_id: cell.source for cell in tagged}
    return [grade_id for grade_id, text in sources.items() if grade_id in TRAINING_CELLS or _shows_something(text)]


@lru_cache(maxsize=64)
def _shows_something(source: str) -> bool:
    return isinstance(ast.parse(source).body[-1], ast.Expr)
