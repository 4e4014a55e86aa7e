"""Turn a master notebook of otter-grader (`otter assign`) into one of nbgrader's: each test case is a graded cell.

What is read: the blocks of version 1 and later of that format (ASSIGNMENT CONFIG, QUESTION, PROMPT, SOLUTION, TESTS),
in raw cells or in fences ```` ```otter ````; both kinds of tests, by expected output and by assertions.
"""

import ast
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import nbformat
import yaml
from nbformat import NotebookNode

from ..model.errors import ConfigError

FENCE = re.compile(r"```otter\n(.*)\n```\s*", re.DOTALL)
BOUNDARY = re.compile(
    r"#\s*(ASSIGNMENT CONFIG|(?:BEGIN|END) (?:QUESTION|PROMPT|SOLUTION|TESTS))\s*(?:\n|$)(.*)", re.DOTALL
)
TEST_CONFIG = re.compile(
    r'\A\s*("""|\'\'\')\s*# BEGIN TEST CONFIG\s*\n(.*?)\1;?\s*# END TEST CONFIG[ \t]*\n?', re.DOTALL
)
HIDDEN_LINE = re.compile(r"\A\s*#+\s*HIDDEN\s*\n", re.IGNORECASE)
MARKED_LINE = re.compile(r"\s*#\s*(?:SOLUTION(?: NO PROMPT)?|SEED)\s*$")
BLOCKS = {name: re.compile(rf"\s*(?:[\"']{{3}};?\s*)?#\s*{name}\b") for name in (
    "BEGIN SOLUTION", "END SOLUTION", "BEGIN PROMPT", "END PROMPT", "BEGIN IGNORE", "END IGNORE",
)}  # fmt: skip
IGNORED_LINE = re.compile(r".*#\s*IGNORE\s*$")
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
INCLUDED = "otter_include"  # tag of text among solutions that students get
TRUE = ("True", "np.True_")  # one value, as NumPy 1 and 2 print it


@dataclass(frozen=True)
class Converted:
    """The notebook for nbgrader, and the files beside the master that it needs."""

    notebook: NotebookNode
    files: tuple[str, ...]


@dataclass
class _Question:
    """One question while its cells are read."""

    name: str
    settings: Mapping[str, Any]
    cases: list["_Case"] = field(default_factory=list)
    solutions: list[NotebookNode] = field(default_factory=list)


@dataclass(frozen=True)
class _Case:
    """One test case: its code as assertions."""

    code: str
    points: float | None
    is_hidden: bool


def convert(master: NotebookNode) -> Converted:
    """Return the notebook for nbgrader.

    Raises:
        ConfigError: It is no master notebook, or one of its blocks cannot be read.
    """
    reader = _Reader()
    for cell in master.cells:
        reader.read(cell)
    if not reader.questions:
        raise ConfigError(
            "The notebook has no question of otter's: use the master notebook, with cells `# BEGIN QUESTION`."
        )
    metadata = {key: value for key, value in master.metadata.items() if key in ("kernelspec", "language_info")}
    notebook = nbformat.v4.new_notebook(cells=reader.cells, metadata=metadata)
    return Converted(notebook, tuple(dict.fromkeys(reader.files)))


class _Reader:
    """Goes through the cells of the master once."""

    def __init__(self) -> None:
        self.cells: list[NotebookNode] = []
        self.files: list[str] = []
        self.questions: set[str] = set()
        self._question: _Question | None = None
        self._block = ""
        self._checks_output = True

    def read(self, cell: NotebookNode) -> None:
        boundary = _boundary(cell)
        if boundary is not None:
            self._enter(*boundary)
        elif self._question is None:
            self.cells.append(_plain(cell))
        elif self._block == "TESTS":
            if cell.cell_type == "code" and cell.source.strip():
                self._question.cases.append(_case(cell, self._checks_output))
        elif self._block == "SOLUTION":
            self._question.solutions.append(cell)
        elif self._block != "PROMPT":
            number = sum(1 for each in self.cells if _id(each).startswith(f"{self._question.name}_text")) + 1
            self.cells.append(_with_id(_plain(cell), f"{self._question.name}_text{number}", locked=True))

    def _enter(self, kind: str, text: str) -> None:
        if kind == "ASSIGNMENT CONFIG":
            settings = _settings(text, kind)
            self.files += [str(name) for key in ("files", "student_files") for name in settings.get(key) or ()]
            self._checks_output = (settings.get("tests") or {}).get("ok_format", True)
        elif kind == "BEGIN QUESTION":
            settings = _settings(text, kind)
            self._question = _Question(self._new_name(settings), settings)
        elif self._question is None:
            raise ConfigError(f"A cell `# {kind}` stands outside any question: put it between BEGIN and END QUESTION.")
        elif kind == "END QUESTION":
            self.cells += _finished(self._question)
            self._question = None
        self._block = kind.removeprefix("BEGIN ") if kind.startswith("BEGIN ") else ""

    def _new_name(self, settings: Mapping[str, Any]) -> str:
        name = re.sub(r"[^A-Za-z0-9_-]", "_", str(settings.get("name", "")))
        if not name or name in self.questions:
            raise ConfigError(f"A question has the name {name!r}: give each question a name of its own.")
        self.questions.add(name)
        return name


def _finished(question: _Question) -> Iterator[NotebookNode]:
    """Yield the solution and the graded cells of a question."""
    if question.settings.get("manual"):
        yield from _marked_by_a_person(question)
        return
    kept = [
        cell for cell in question.solutions if cell.cell_type == "code" or INCLUDED in cell.metadata.get("tags", ())
    ]
    for number, cell in enumerate(kept, start=1):
        source = _solution(cell.source) if cell.cell_type == "code" else cell.source
        is_solution = cell.cell_type == "code" and BEGIN in source
        suffix = "" if number == 1 else str(number)
        yield _with_id(
            _plain(cell, source), f"{question.name}_solution{suffix}", solution=is_solution, locked=not is_solution
        )
    cases, points = question.cases, _points(question.settings.get("points"), question.cases)
    if question.settings.get("all_or_nothing") and cases:
        code = "\n\n".join(_in_region(case) for case in cases)
        cases, points = [_Case(code, None, False)], [sum(points)]
    for number, (case, worth) in enumerate(zip(cases, points, strict=True), start=1):
        grade_id = question.name if len(cases) == 1 else f"{question.name}_{number}"
        cell = nbformat.v4.new_code_cell(_in_region(case))
        yield _with_id(cell, grade_id, grade=True, locked=True, points=worth)


def _marked_by_a_person(question: _Question) -> Iterator[NotebookNode]:
    worth = question.settings.get("points")
    worth = float(sum(worth) if isinstance(worth, list) else 1 if worth is None else worth)
    *before, answer = question.solutions or [nbformat.v4.new_markdown_cell("")]
    for number, cell in enumerate(before, start=1):
        yield _with_id(_plain(cell, _solution(cell.source)), f"{question.name}_answer{number}", solution=True)
    source = _solution(answer.source) if answer.cell_type == "code" else answer.source
    yield _with_id(_plain(answer, source), question.name, grade=True, solution=True, points=worth)


def _points(stated: Any, cases: Sequence[_Case]) -> list[float]:
    """Return the points of each case, by otter's rules."""
    if isinstance(stated, list) and len(stated) == len(cases):
        return [float(each) for each in stated]
    given = sum(case.points or 0.0 for case in cases)
    open_cases = sum(case.points is None for case in cases)
    if stated is None:
        left = 0.0 if given else 1.0
    else:
        left = max(0.0, float(sum(stated) if isinstance(stated, list) else stated) - given)
    share = left / open_cases if open_cases else 0.0
    return [share if case.points is None else case.points for case in cases]


# --- one test case ---


def _case(cell: NotebookNode, checks_output: bool) -> _Case:
    source, settings = cell.source, dict[str, Any]()
    config = TEST_CONFIG.match(source)
    if config is not None:
        settings, source = _settings(config[2], "BEGIN TEST CONFIG"), source[config.end() :]
    hidden = HIDDEN_LINE.match(source)
    source = source[hidden.end() :] if hidden else source
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise ConfigError(f"A test cell is no Python ({error}): correct it in the master notebook.") from error
    message = str(settings.get("failure_message") or "").strip()
    code = _by_output(source, body, cell, message) if checks_output else _by_call(source, body)
    points = settings.get("points")
    return _Case(code, None if points is None else float(points), bool(hidden or settings.get("hidden")))


def _by_output(source: str, body: list[ast.stmt], cell: NotebookNode, message: str) -> str:
    """Return a test that compares what the last statement prints and gives with what the master has stored."""
    printed, result = _stored(cell)
    last = body[-1] if body else None
    if last is None or not (printed or result is not None):
        return source.strip()
    lines = source.split("\n")
    before, text = "\n".join(lines[: last.lineno - 1]).strip(), "\n".join(lines[last.lineno - 1 :]).strip()
    told = f", {message!r}" if message else ""
    parts = [before] if before else []
    value = (ast.get_source_segment(source, last) or text).rstrip(";") if isinstance(last, ast.Expr) else ""
    if printed:
        ran = f"result = ({value})" if result is not None else text
        with_line = "with contextlib.redirect_stdout(io.StringIO()) as printed:"
        parts = ["import contextlib", "import io", *parts, with_line, textwrap.indent(ran, "    ")]
        parts.append(f"assert printed.getvalue() == {printed!r}{told}")
        value = "result"
    if result is not None and value:
        wanted = f"in {TRUE!r}" if result in TRUE else f"== {result!r}"
        parts.append(f"assert repr({value}) {wanted}{told}")
    return "\n".join(parts)


def _by_call(source: str, body: list[ast.stmt]) -> str:
    """Return a test by assertions: its function, and a call of it with the names that its parameters have."""
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    if len(functions) != 1 or len(body) > 1:
        return source.strip()  # it calls its function itself
    names = [argument.arg for argument in functions[0].args.args]
    passed = ", ".join("globals()" if name == "env" else name for name in names)
    return f"{source.strip()}\n\n{functions[0].name}({passed})"


def _stored(cell: NotebookNode) -> tuple[str, str | None]:
    """Return what the cell printed when the master was saved, and the text of its value."""
    printed, result = "", None
    for output in cell.get("outputs", ()):
        if output.output_type == "stream" and output.get("name") == "stdout":
            printed += output.text
        elif output.output_type == "execute_result":
            result = output.data.get("text/plain")
    return printed, result


def _in_region(case: _Case) -> str:
    return f"{HIDDEN[0]}\n{case.code}\n{HIDDEN[1]}" if case.is_hidden else case.code


# --- one solution cell ---


def _solution(source: str) -> str:
    """Return the code of a solution cell with nbgrader's regions in place of otter's marks."""
    lines, left_out = list[str](), ""
    for line in source.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        if left_out:
            left_out = "" if BLOCKS[f"END {left_out}"].match(line) else left_out
        elif BLOCKS["BEGIN PROMPT"].match(line) or BLOCKS["BEGIN IGNORE"].match(line):
            left_out = "PROMPT" if BLOCKS["BEGIN PROMPT"].match(line) else "IGNORE"
        elif IGNORED_LINE.match(line):
            pass
        elif BLOCKS["BEGIN SOLUTION"].match(line):
            lines.append(indent + BEGIN)
        elif BLOCKS["END SOLUTION"].match(line):
            lines.append(indent + END)
        elif MARKED_LINE.search(line):
            lines += [indent + BEGIN, MARKED_LINE.sub("", line), indent + END]
        else:
            lines.append(line)
    return "\n".join(_without_empty_gaps(lines)).strip()


def _without_empty_gaps(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines; a region that begins where another of the same depth ends goes on with it."""
    skip = False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if skip:
            skip = False
        elif line.strip() == END and following.strip() == BEGIN and line.index(END) == following.index(BEGIN):
            skip = True
        else:
            yield line


# --- cells ---


def _boundary(cell: NotebookNode) -> tuple[str, str] | None:
    """Return which block begins or ends here, and its settings as text; None for a cell with content."""
    text = cell.source.strip()
    fenced = FENCE.fullmatch(text)
    if cell.cell_type != "raw" and fenced is None:
        return None
    found = BOUNDARY.match(fenced[1] if fenced else text)
    return (found[1], found[2]) if found else None


def _settings(text: str, kind: str) -> dict[str, Any]:
    try:
        settings = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise ConfigError(f"The settings below `# {kind}` cannot be read ({error}): correct them.") from error
    if not isinstance(settings, dict):
        raise ConfigError(f"The settings below `# {kind}` are no list of `name: value`: correct them.")
    return settings


def _plain(cell: NotebookNode, source: str | None = None) -> NotebookNode:
    """Return a copy without outputs and without otter's metadata."""
    text = cell.source if source is None else source
    make = {"code": nbformat.v4.new_code_cell, "raw": nbformat.v4.new_raw_cell}.get(cell.cell_type)
    return (make or nbformat.v4.new_markdown_cell)(text)


def _id(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _with_id(cell: NotebookNode, grade_id: str, **settings: Any) -> NotebookNode:
    """Return the cell with nbgrader's metadata."""
    cell.metadata["nbgrader"] = {
        "grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, "grade_id": grade_id,
    } | settings  # fmt: skip
    return cell
