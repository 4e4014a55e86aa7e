"""Mutated texts in every place that takes text, through the whole path: `python tests/text_fuzz.py --texts 5000`.

A class in which every submission but one is full of them is taken in, graded, entered, reported and given back.
Nothing may stop the class, no step may fail by a fault of the grader, and the honest one is graded as if alone.
Prints a line for each class and, as its last line, one JSON object.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import io
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from handed_in import packed
from hostile_text import TEXTS as HOSTILE

from autograder import running
from autograder.commands import feedback, grade
from autograder.commands.report import report as report_again
from autograder.course import assignment as assignments
from autograder.course import sheets
from autograder.model.assignment import Assignment
from autograder.model.report import Report
from autograder.nbgrader.formgrader import OfflineExporter

COURSE_DIR = Path(__file__).resolve().parents[1]
HONEST = "amy"
TEXTS_EACH = 50  # in one submission
CLASS_SIZE = 10
FAULT = "fault of the grader"

# What has a meaning to a reader on the way: Python, JSON, HTML, markdown, LaTeX, CSV, terminals, the kit itself.
TOKENS = (
    "&#", "&#x", "&#" + "9" * 5000, "&#x" + "f" * 5000 + ";", "&amp" * 200, "9" * 5000, "-" + "1" * 4400 + ".0",
    "1e" + "9" * 400, "\\(" * 500, "\\[" * 300, "$" * 300, "$$x", "`" * 300, "*" * 400, "_" * 401, "[" * 400,
    "](" * 300, "!" * 50 + "[", "<" * 300, ">" * 300, "> " * 200, "- " * 150, "  " * 200 + "- x",
    "|" * 300, "|-" * 200, "#" * 200,
    "\x00", "\x00" * 40, "\ud800", "\udfff\ud800", "\ufeff", "\u202e", "\u2028", "\x1b[2J", "\x85", "\r", "\r\n",
    "\t" * 60, "e\u0301" * 50, "\u0301" * 400, "\U0001f469\u200d" * 60, "ａ", "ﬁ", "İ", "\u1e9e", "\U0010ffff",
    "{", "}", "{{", "}}", "{%", "%}", "${", "%s", "%(x)s", "{0}", "{x!r}", "\\u0000", "\\N{x}", "\\x", "\\",
    '"', "'", '"""', "'''", "<!--", "-->", "--!>", "]]>", "<![CDATA[", "<!DOCTYPE x [<!ENTITY a '&a;'>]>", "</script>",
    "=1+1", "@x", "+x", "-x", ";=1", "\t=1", "__proto__", "constructor", "../", "C:\\", "file:///", "data:text/html,",
    "```formula\n", "```", "~~~", "\n---\n", "\n===\n", "<!-- BEGIN SOLUTION -->", "<!-- END SOLUTION -->",
    "<!-- BEGIN MARK SCHEME -->", "### BEGIN HIDDEN TESTS", "### END SOLUTION", "**Answer.**", "## attacks (4 points)",
    "## grad_neg_v", "# " * 30, "\\frac{" * 60, "\\left(" * 80, "^" * 100, "_{" * 100, "\\sum_{k" * 40, "sigma(" * 90,
    "u_o" * 200, "v_c v_c " * 100, "(" * 400, ")" * 400, "+" * 400, "exp(exp(exp(exp(9))))", "9^9^9^9^9", "1/0", "0^-1",
    "\\begin{align}", "\\end{align}", "&&&", "\\\\" * 200, "\\def\\x{\\x}\\x", "\\char" + "9" * 300, "~" * 300,
    "\n" * 400, " " * 3000, "a" * 20_000, "a b " * 4000, "https://" + "a." * 2000, "x@" + "y" * 2000, "[a]: b\n" * 200,
)  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """What one class was, and what came of it."""

    submissions: int
    texts: int
    exit_codes: tuple[int, ...]  # of grade, report and feedback
    faults: tuple[str, ...]  # sentences that blame the grader
    unlike: tuple[str, ...]  # in what the honest one differs from before
    pages: int  # of formgrader, made and valid
    wall_s: float


def texts(rng: random.Random, count: int) -> list[str]:
    """Return so many texts: pieces of hostile ones and of tokens, cut, doubled, spliced and scattered."""
    return [_text(rng) for _ in range(count)]


def _text(rng: random.Random) -> str:
    text = rng.choice(HOSTILE) if rng.random() < 0.5 else rng.choice(TOKENS)
    for _ in range(rng.randint(1, 6)):
        text = text[:20_000]
        start, end = sorted((rng.randint(0, len(text)), rng.randint(0, len(text))))
        change = rng.randrange(5)
        if change == 0:
            text = text[:start] + rng.choice(TOKENS) + text[start:]
        elif change == 1:
            text = text[:start] + text[end:]
        elif change == 2:
            text = text[:end] + text[start:end] * rng.choice((1, 2, 30)) + text[end:]
        elif change == 3:
            text = text[:start] + chr(rng.choice((rng.randrange(0x100), rng.randrange(0x110000)))) + text[start:]
        else:
            text = rng.choice(TOKENS) + "\n" + text + rng.choice(TOKENS)
    return text[:40_000]


def submission(rng: random.Random, assignment: Assignment, name: str) -> tuple[str, bytes]:
    """Return name and bytes of a zip with mutated texts in sheets, cells, outputs, metadata, attachments and names."""
    words = iter(texts(rng, TEXTS_EACH))
    files: dict[str, bytes] = {}
    for book in assignment.notebooks:
        files[f"{name}_{book}.ipynb"] = json.dumps(_notebook(rng, assignment, book, words)).encode()
    for sheet in assignment.sheets:
        files[f"answers/{sheet}.md"] = _sheet(rng, assignment, sheet, words)
    for number, text in enumerate(words):  # what is left over are names
        part = text[:60].replace("\x00", "").replace("\n", " ").encode("utf-8", errors="replace").decode()
        files[f"{part or number}.txt"] = text.encode("utf-8", errors="surrogatepass")
    return f"{name}_HW4.zip", packed(files)


def _sheet(rng: random.Random, assignment: Assignment, sheet: str, words: Iterator[str]) -> bytes:
    given = sheets.released_text(assignment.sheet(sheet))
    for place in ("**Answer.**", "```formula\n", "\n## ", "\n> "):
        for _ in range(2):
            text = next(words, "")
            given = given.replace(place, f"{place}{text}" if rng.random() < 0.8 else text, rng.choice((1, 1, 9)))
    return given.encode("utf-8", errors=rng.choice(("surrogatepass", "replace", "ignore")))


def _notebook(rng: random.Random, assignment: Assignment, book: str, words: Iterator[str]) -> dict:
    notebook = json.loads(json.dumps(assignment.source_notebook(book)))
    cells = notebook["cells"]
    for cell in rng.sample(cells, 8):
        text = next(words, "")
        if cell["cell_type"] == "markdown":
            cell["source"] = text
            cell["attachments"] = {
                text[:40]: {"image/png": base64.b64encode(text[:99].encode("utf-8", "replace")).decode()}
            }
        else:
            kind = rng.randrange(4)
            if kind == 0:
                cell["source"] = f"{cell['source']}\n# {text}"
            elif kind == 1:
                cell["source"] = f"raise ValueError({text!r})\n" + cell["source"]
            elif kind == 2:
                cell["source"] = text
            cell["outputs"] = [
                {"output_type": "stream", "name": "stdout", "text": text},
                {"output_type": "error", "ename": text, "evalue": text, "traceback": [text]},
                {"output_type": "display_data", "metadata": {text: text}, "data": {"text/html": text, text: text}},
            ]
        if rng.random() < 0.3:
            cell["metadata"] = {"tags": [text], "nbgrader": {"grade_id": text, "points": text, "solution": True}}
        if rng.random() < 0.2:
            cell["id"] = text
    notebook["metadata"][next(words, "")] = next(words, "")
    return notebook


def run(rng: random.Random, assignment: Assignment, folder: Path, size: int, *, pages: bool, weak: bool) -> Figures:
    """Grade a class of one honest submission and `size` others; see the module."""
    started, inbox = time.monotonic(), folder / "inbox"
    inbox.mkdir(parents=True)
    (inbox / f"{HONEST}_HW4.zip").write_bytes(honest(assignment))
    alone = _honest_report(assignment, inbox, folder / "alone", weak)
    for number in range(size):
        name, data = submission(rng, assignment, f"m{number:03}")
        (inbox / name).write_bytes(data)
    out, said = folder / "out", io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        codes = [grade.grade(assignment.course_dir, [inbox], out, weak=weak)]
        codes += [report_again(assignment.course_dir, out), feedback.feedback(assignment.course_dir, out)]
    reports = {report.student: report for report in running.Store(out, "hw4").all()}
    lines = said.getvalue().splitlines() + [text for report in reports.values() for text in _said(report)]
    shown = list(_pages(out)) if pages else []
    return Figures(
        submissions=len(reports),
        texts=size * TEXTS_EACH,
        exit_codes=tuple(codes),
        faults=tuple(line for line in lines if FAULT in line or "grader broke" in line),
        unlike=tuple(_differences(alone, reports[HONEST])),
        pages=len(shown),
        wall_s=round(time.monotonic() - started, 1),
    )


def honest(assignment: Assignment) -> bytes:
    """Return a zip with the instructor's own notebooks and sheets."""
    files = {f"{name}.ipynb": nbformat.writes(assignment.source_notebook(name)) for name in assignment.notebooks}
    files |= {f"answers/{name}.md": sheets.released_text(assignment.sheet(name)) for name in assignment.sheets}
    return packed({name: text.encode() for name, text in files.items()})


def _honest_report(assignment: Assignment, inbox: Path, out: Path, weak: bool) -> Report:
    out.mkdir()
    (out / ".autograder" / "hw4").mkdir(parents=True)
    (out / ".autograder" / "hw4" / "seed").write_text("0" * 32, encoding="ascii")
    (out.parent / "out" / ".autograder" / "hw4").mkdir(parents=True)
    (out.parent / "out" / ".autograder" / "hw4" / "seed").write_text("0" * 32, encoding="ascii")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        grade.grade(assignment.course_dir, [inbox], out, weak=weak)
    (report,) = running.Store(out, "hw4").all()
    return report


def _differences(alone: Report, among_others: Report) -> Iterator[str]:
    for name in ("items", "awaiting_person", "findings", "refused"):
        if getattr(alone, name) != getattr(among_others, name):
            yield name


def _said(report: Report) -> Iterator[str]:
    yield from (f"{report.student}: {finding.text}" for finding in report.findings)
    yield from (f"{report.student}: {check.message}" for item in report.items for check in item.checks)


def _pages(out: Path) -> Iterator[str]:
    """Yield the page that formgrader makes of each notebook; raises when one is not valid."""
    exporter = OfflineExporter()
    for path in sorted((out / "autograded").rglob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        yield exporter.from_notebook_node(notebook)[0]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run classes until so many texts went through; return 1 when one of them was stopped or a fault was seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=5000, help="how many")
    parser.add_argument("--seed", type=int, default=0, help="of the mutations")
    parser.add_argument("--no-pages", action="store_true", help="leave out the pages of formgrader")
    parser.add_argument("--weak", action="store_true", help="grade although a layer of the confinement is missing")
    options = parser.parse_args(arguments)
    assignment, rng = assignments.load(COURSE_DIR, "hw4"), random.Random(options.seed)
    done: list[Figures] = []
    while sum(figures.texts for figures in done) < options.texts:
        with tempfile.TemporaryDirectory() as folder:
            figures = run(rng, assignment, Path(folder), CLASS_SIZE, pages=not options.no_pages, weak=options.weak)
        done.append(figures)
        print(figures, flush=True)
    faults = [fault for figures in done for fault in (*figures.faults, *figures.unlike)]
    stopped = [figures for figures in done if not set(figures.exit_codes) <= {0, 1}]
    total = {name: sum(getattr(figures, name) for figures in done) for name in ("submissions", "texts", "pages")}
    print(json.dumps({**total, "classes": len(done), "stopped": len(stopped), "faults": len(faults)}))
    return 1 if faults or stopped else 0


if __name__ == "__main__":
    sys.exit(main())
