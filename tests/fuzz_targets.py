"""What is fuzzed: each target takes any bytes and raises when anything but a result or one clear sentence comes out.

`test_fuzz.py` gives each target a few inputs, `fuzz_run.py` (`make fuzz`) as many as there is time for.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import socket
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cell_sides
import msgpack
import nbformat
import pdf_files
import small_course
import test_cell_frames
from damaged_trees import damaged_frames
from handed_in import ASSIGNMENT, BY_HAND, check_complete, check_sentence, handed_in, packed, placed, stored_names
from hypothesis import strategies as st
from PIL import Image
from test_cell_values import ARRAYS, STANDARD

from autograder import intake
from autograder.assignments.hw4 import training
from autograder.assignments.hw4.demo import writing as demo_writing
from autograder.course import asked, sheets
from autograder.course import assignment as assignments
from autograder.formats import small_pictures
from autograder.formats.safe_markdown import harmless
from autograder.grading import grader
from autograder.handin import cell_plan, names, notebook_file
from autograder.handin.problems import Unusable
from autograder.marking import lookalikes
from autograder.marking.answers import written_answers
from autograder.marking.rendered_pictures import RenderedPictures
from autograder.model.assignment import Assignment
from autograder.model.errors import ConfigError
from autograder.model.report import Report
from autograder.model.submission import Submission, digest_of
from autograder.nbgrader import formgrader_notebooks
from autograder.session import wire
from autograder.session.launcher import Zygote
from autograder.session.replies import GraderCodec, student_error
from autograder.session.student import Student

COURSE_DIR = Path(__file__).resolve().parents[1]
MOST_MESSAGES = 100  # of one stream
LONGEST_TEXT = 1500  # characters of a message to a student
LONGEST_STREAM = 2**16  # bytes; a socket holds them without a reader


@dataclass(frozen=True)
class Target:
    """Something that reads bytes of strangers; `seeds` are honest ones."""

    name: str
    check: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    made: st.SearchStrategy[bytes] | None = None  # of the right outer form, besides damaged seeds
    examples: int = 40  # in `make test`
    guided: bool = True  # whether its code runs in this process, so that a fuzzer sees what an input reaches

    @property
    def inputs(self) -> st.SearchStrategy[bytes]:
        """Damaged seeds, made ones, and plain bytes."""
        made = [self.made] if self.made is not None else []
        return st.one_of(damaged(self.seeds), *made, st.binary(max_size=200))


@st.composite
def damaged(draw: st.DrawFn, seeds: Callable[[], list[bytes]]) -> bytes:
    """Return one of the seeds with bytes changed, cut out, doubled, or taken from another seed."""
    data = bytearray(draw(st.sampled_from(seeds())))
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 40) | st.integers(0, len(data)))
        other = draw(st.sampled_from(seeds()))
        piece = draw(
            st.binary(max_size=8)
            | st.just(bytes(data[start : start + length]) * 2)
            | st.integers(0, len(other)).map(lambda place, other=other: other[place : place + 300])
        )
        data[start : start + length] = piece
    return bytes(data)


@lru_cache(maxsize=1)
def course() -> Assignment:
    """Return the real assignment."""
    return assignments.load(COURSE_DIR, "hw4")


@lru_cache(maxsize=1)
def assembler() -> formgrader_notebooks.Assembler:
    """Return what builds the notebooks for formgrader, without pictures."""
    return formgrader_notebooks.Assembler(course(), small_course.settings(course()))


# --- archives ---


def archive(data: bytes) -> None:
    """A zip of any content is taken in or refused."""
    take_in("bob_HW4.zip", data)


def take_in(name: str, data: bytes) -> None:
    """Collect and store a file of that name, alone and beside an honest one."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        placed(root, {f"in/{name}": data, "in/amy_HW4.zip": packed(handed_in("amy"))})
        for path in (root / "in", root / "in" / name):
            try:
                found = intake.collect([path], ASSIGNMENT)
            except ConfigError as error:
                check_sentence(str(error).replace(folder, ""))
                continue
            for submission in found:
                check_submission(submission, root)
        written = stored_names(root) - {f"in/{name}", "in/amy_HW4.zip"}
        assert all(path.startswith(("out/submitted/", "out/.autograder/", "out/superseded/")) for path in written)
        check_complete(next(s for s in intake.collect([root / "in"], ASSIGNMENT) if s.student == "amy"))


def check_submission(submission: Submission, root: Path) -> None:
    """Check that a submission was refused in one sentence, or is stored and read back the same."""
    assert names.VALID_ID.fullmatch(submission.student)
    assert all(finding.text.isprintable() for finding in submission.findings)
    if submission.problem is not None:
        check_sentence(submission.problem)
        return
    stored = intake.store(submission, root / "out" / "submitted", ASSIGNMENT)
    assert digest_of(intake.read_folder(stored, submission.student, ASSIGNMENT), ASSIGNMENT) == digest_of(
        submission, ASSIGNMENT
    )


@lru_cache(maxsize=1)  # a zip holds the time: another one each time would be another test
def archives() -> list[bytes]:
    """Return a student's zip, one in Canvas's download, and one in another."""
    return [packed(BY_HAND), packed({"a_1_2_bob_HW4.zip": packed(BY_HAND)}), packed({"x.zip": packed(BY_HAND)})]


# --- notebooks and sheets ---


def notebook(data: bytes) -> None:
    """A notebook of any content is planned and put together for formgrader, or refused in one sentence."""
    name = course().notebooks[0]
    try:
        file = notebook_file.read(data)
    except Unusable as error:
        check_sentence(str(error))
    else:
        assert all(finding.text.isprintable() for finding in file.findings)
        assert cell_plan.plan(asked.notebook(name, course()), file).cells
    check_shown(Submission("bob", notebooks={name: data}), [name])


def check_shown(submission: Submission, names: Sequence[str]) -> None:
    """Check that what formgrader shows of a submission are notebooks that can be written."""
    report = Report("bob", (), grader.awaiting(course(), submission))
    for entry in report.awaiting_person:
        assert "itself failed" not in (entry.diagnosis or "")
        assert (entry.diagnosis or "").isprintable()
    graded = assembler().assemble(report, submission)
    for name in names:
        json.dumps(graded.notebooks[name], ensure_ascii=False).encode()
        nbformat.validate(graded.notebooks[name])


@lru_cache(maxsize=1)  # and a cell without an id gets one at random
def notebooks() -> list[bytes]:
    """Return the instructor's notebook in formats 4 and 3, and a small one with outputs."""
    source = course().source_notebook(course().notebooks[0])
    source = nbformat.from_dict({**source, "cells": source.cells[:12]})
    small = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1"), nbformat.v4.new_markdown_cell("# x")])
    picture = base64.b64encode(plot()).decode()
    small.cells[0].outputs = [
        nbformat.v4.new_output("stream", text="\x1b[31mred\n"),
        nbformat.v4.new_output("display_data", {"image/png": picture, "text/html": "<b>x</b>", "text/plain": "x"}),
        nbformat.v4.new_output("error", ename="E", evalue="v", traceback=["line"]),
    ]
    old = nbformat.convert(nbformat.from_dict(source), 3)
    return [json.dumps(entry).encode() for entry in (source, small, old)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    "cell_type source input metadata outputs level nbgrader tags grade_id id output_type data text name".split()
)
VALUES = st.deferred(lambda: JSON | CELLS | st.sampled_from("code markdown heading stream display_data error".split()))
CELLS = st.lists(st.dictionaries(KEYS, VALUES, max_size=6), max_size=4)
NOTEBOOKS = st.fixed_dictionaries(
    {}, optional={"cells": CELLS | JSON, "worksheets": st.lists(JSON), "metadata": JSON, "nbformat": JSON}
).map(lambda content: json.dumps(content).encode())


def sheet(data: bytes) -> None:
    """An answer sheet of any content has answers, verdicts on its formulas, and notebooks that are valid."""
    text, _ = notebook_file.decode_text(data)
    submission = Submission("bob", sheets=dict.fromkeys(course().sheets, text.replace("\0", "")))
    answers = written_answers(submission, course(), assembler().given).texts
    lookalikes.find({"bob": answers, "ann": answers}, course())
    check_shown(submission, course().sheets)


def filled_sheets() -> list[bytes]:
    """Return the sheets as released, and with the model answers in them."""
    texts = [sheets.released_text(course().sheet(name)) for name in course().sheets]
    return [text.encode() for text in (*texts, *(course().sheet(name).text for name in course().sheets))]


def markdown(data: bytes) -> None:
    """Text of any content has nothing left that a parser would take for markup that runs."""
    cleaned = harmless(data.decode("utf-8", errors="replace"))
    for mark in ("<script", "<img", "<!--", "](", "]["):
        assert mark not in cleaned.lower()


MARKDOWN = [
    *(
        r"< > </ <!-- <script> <img/src=x ` `` ``` ~~~ $ $$ \ \( \) \[ \] [ ]( ][ ]: & &lt; &#60; # === --- > mermaid "
        r"\begin{a} \end{a} \href \require x 1"
    ).split(),
    "&#" + "9" * 4301,  # Python reads at most 4,300 digits as a number
    "&#x" + "f" * 4301 + ";",
]

# --- whole reports ---


@lru_cache(maxsize=1)
def zygote() -> Zygote:
    """Return what student processes are forked from."""
    hidden = [path for path in COURSE_DIR.iterdir() if path.name != ".venv"]
    return Zygote(course().kit_dir, hidden, libraries=course().libraries)


def report(data: bytes) -> None:
    """A notebook of any content is graded: every item has a score, and every text is a line that a terminal prints."""
    name = course().notebooks[1]
    items = {item.id for item in course().auto_items if item.notebook == name} - {"word_vectors"}
    graded = grader.grade(Submission("bob", notebooks={name: data}), course(), "fuzz", zygote(), only=items)
    assert {item.id for item in graded.items} == items
    assert not graded.has_fault
    texts = [check.message for item in graded.items for check in item.checks]
    texts += [finding.text for finding in graded.findings]
    assert all(text.isprintable() and len(text) < LONGEST_TEXT for text in texts)
    assert Report.from_json(graded.to_json()) == graded


def training_log(data: bytes) -> None:
    """What is printed under the training cells is understood, or leads to lines that a terminal prints."""
    text, name = data.decode("utf-8", errors="replace"), course().notebooks[0]
    training.word2vec_log(text)
    source = course().source_notebook(name)
    content = json.loads(nbformat.writes(source))
    for cell in content["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "train_gan":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
    file = notebook_file.read(json.dumps(content).encode())
    with Student(zygote(), ()) as student:  # no process is needed for this part
        found = [
            *training.findings(name, file, student, course(), Submission("fuzz", files={"word_vectors": b"a png"}))
        ]
    assert all(finding.text.isprintable() and len(finding.text) < LONGEST_TEXT for finding in found)


def training_logs() -> list[bytes]:
    """Return what the training cells print."""
    gan = "7,020 of 7,020 steps\n30 steps in 1.0 minutes; seed 1.\nMean losses of the last 30 steps: D 1.3, G nan.\n"
    words = (
        "Training took 5.0 minutes (40,000 iterations, seed 18739)\nLoss by iteration (data 0123abcd): 1: 9.5, 2: 8e1\n"
    )
    return [gan.encode(), words.encode()]


def right_notebooks() -> list[bytes]:
    """Return the notebook of Part II with the right code in it."""
    return [nbformat.writes(course().source_notebook(course().notebooks[1])).encode()]


# --- the wire ---


def stream(data: bytes) -> None:
    """Any bytes on the channel are messages of plain data, or end the conversation."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data[:LONGEST_STREAM])
        theirs.close()
        channel = wire.Channel(ours, GraderCodec())
        for _ in range(MOST_MESSAGES):
            try:
                message = channel.receive(look=lambda: None)
            except wire.WireError:
                return
            check_message(message)


def check_message(message: dict[str, Any]) -> None:
    """Check that a message survives another journey, and that an error in it is one printable line."""
    error = student_error(message.get("error"))
    assert str(error).isprintable()
    assert len(str(error)) < 1000
    with contextlib.suppress(TypeError):  # it is one level deeper than what the grader sends itself
        frame = GraderCodec().pack(message)
        assert GraderCodec().pack(unpacked(frame)) == frame


def unpacked(frame: bytes) -> dict[str, Any]:
    """Return the message of a whole frame of the grader's; its handles come back as bare numbers."""
    head_bytes, _ = wire.HEADER.unpack(frame[: wire.HEADER.size])
    head, body = frame[wire.HEADER.size :][:head_bytes], frame[wire.HEADER.size + head_bytes :]
    return _Echo().unpack(head, body)


class _Echo(GraderCodec):
    def decode_other(self, tag: str, payload: Any) -> wire.Handle:
        assert tag == "handle"
        return wire.Handle(payload, "object")


def frames() -> list[bytes]:
    """Return what agents send."""
    array = [b"\x01" * 8, {"t": "array", "v": ["float64", [1]]}]
    return [
        frame({"t": "dict", "v": [["ticket", "ab"], ["value", 0.5]]}),
        frame({"t": "dict", "v": [["ticket", "ab"], ["value", array[1]]]}, array[0]),
        frame({"t": "dict", "v": [["value", {"t": "handle", "v": [3, "Sequential"]}]]}),
        frame({"t": "dict", "v": [["stub", 0], ["method", "call"], ["args", {"t": "list", "v": [1, None]}]]}),
        frame({"t": "dict", "v": [["error", {"t": "dict", "v": [["type", "E"], ["text", "\x1b[1m"], ["line", 3]]}]]}),
    ]


def frame(tree: object, body: bytes = b"") -> bytes:
    """Return a frame with any tree as its head."""
    head = msgpack.packb(tree)
    return wire.HEADER.pack(len(head), len(body)) + head + body


LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=9)
TAGS = st.sampled_from(["list", "tuple", "dict", "array", "tensor", "handle", "stub", "x"])
DTYPE_AND_SHAPE = st.tuples(
    st.sampled_from([*sorted(wire.DTYPES), "object", "U9"]), st.lists(st.integers(-1, 9) | LEAVES, max_size=9)
).map(list)
TREES = st.recursive(
    LEAVES | st.binary(max_size=9) | DTYPE_AND_SHAPE.map(lambda payload: {"t": "array", "v": payload}),
    lambda inner: st.builds(
        lambda tag, payload: {"t": tag, "v": payload}, TAGS, st.lists(inner | st.lists(inner, max_size=2), max_size=4)
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(["ticket", "value", "error", "stub", "method", "args", "kwargs", "type", "text", "kinds"])
MESSAGES = st.lists(st.tuples(NAMES, TREES).map(list), max_size=4).map(lambda pairs: {"t": "dict", "v": pairs})
STREAMS = st.lists(st.builds(frame, MESSAGES | TREES, st.binary(max_size=80)), min_size=1, max_size=3).map(b"".join)

# --- values of test cells ---


def cell_values(data: bytes) -> None:
    """Any frame of a student process is data that can be compared, shown and sent on, or refused as a whole."""
    head_bytes = int.from_bytes(data[:4], "big")
    head, body = data[8:][:head_bytes], data[8 + head_bytes :]
    cells = cell_sides.values.ValueCodec(("pandas",))
    try:
        message = cells.unpack(bytearray(head), bytearray(body))
    except cell_sides.wire.WireError:
        return
    assert repr(message)
    with contextlib.suppress(ValueError, TypeError):  # what an array of arrays says to `==`
        assert message == message
    with contextlib.suppress(TypeError, cell_sides.wire.WireError):
        assert cell_sides.values.ValueCodec(("pandas",)).pack(message)


@lru_cache(maxsize=1)
def cell_frames() -> list[bytes]:
    """Return what a student process sends: a value of each kind."""
    sides = cell_sides.Sides("pandas")
    row = [1, {"a": (2, "b")}]
    samples = [row, [row, row], *STANDARD, *ARRAYS, test_cell_frames.frame(), *test_cell_frames.INDEXES]
    return [sides.student.pack({"value": value}) for value in samples]


# --- pictures ---


@lru_cache(maxsize=1)
def rendered() -> RenderedPictures:
    """Return what draws pictures in confined processes."""
    return RenderedPictures()


def pdf(data: bytes) -> None:
    """A PDF of any content is drawn, or one sentence says why not."""
    shown = rendered().pages(data)
    assert shown.files or (shown.note.endswith(".") and shown.note.isprintable())


def png(data: bytes) -> None:
    """A picture of any content is drawn, or one sentence says why not."""
    shown = rendered().plot(data)
    assert shown.files or (shown.note.endswith(".") and shown.note.isprintable())
    in_small, samples = rendered().small_plot(data), rendered().small_saved(data, 1.5)
    assert (in_small is None) == (samples is None) == (not shown.files)
    assert in_small is None or len(small_pictures.groups({"ann": in_small, "bob": in_small})) == 1


def plot() -> bytes:
    """Return a small picture."""
    data = io.BytesIO()
    Image.linear_gradient("L").resize((40, 30)).convert("RGBA").save(data, "PNG")
    return data.getvalue()


@st.composite
def odd_plots(draw: st.DrawFn) -> bytes:
    """Return a picture of any size and kind, of one colour or of noise."""
    size, mode = (
        (draw(st.integers(1, 2000) | st.just(1)), draw(st.integers(1, 60))),
        draw(st.sampled_from("1 L P RGB RGBA I;16".split())),
    )
    picture = Image.new(mode, size if draw(st.booleans()) else size[::-1])
    data = io.BytesIO()
    (Image.effect_noise(size, 90).convert("RGB") if draw(st.booleans()) else picture).save(data, "PNG")
    return data.getvalue()


def pdfs() -> list[bytes]:
    """Return the derivation of the demo, and one that wants to run something."""
    return [demo_writing.derivation_pdf(), pdf_files.DRAWN["script"]]


def close() -> None:
    """End the processes that were started here."""
    for started in (rendered, zygote):
        if started.cache_info().currsize:
            started().__exit__(None, None, None)
            started.cache_clear()


TARGETS = (
    Target("archive", archive, archives),
    Target("notebook", notebook, notebooks, NOTEBOOKS),
    Target("sheet", sheet, filled_sheets),
    Target(
        "markdown",
        markdown,
        filled_sheets,
        st.lists(st.sampled_from([*MARKDOWN, " ", "\n"]), max_size=40).map(lambda pieces: "".join(pieces).encode()),
    ),
    Target("report", report, right_notebooks, examples=10, guided=False),
    Target("training_log", training_log, training_logs),
    Target("wire", stream, frames, STREAMS, examples=200),
    Target("cell_values", cell_values, cell_frames, st.deferred(lambda: damaged_frames(cell_frames())), examples=200),
    Target("pdf", pdf, pdfs, examples=10, guided=False),
    Target("png", png, lambda: [plot()], odd_plots(), examples=20, guided=False),
)
