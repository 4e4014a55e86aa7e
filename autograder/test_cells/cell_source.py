"""Read the text of a test cell: what of it runs, which lines students have too, and its sentence for them."""

import ast
import io
import re
import tokenize
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager

MOST_SENTENCE = 240  # characters

# They change only how a notebook looks, or install what is here or is not.
MAGICS_THAT_DO_NOTHING = frozenset(
    "matplotlib config load_ext reload_ext autoreload pip conda mamba precision xmode colors".split()
)
# The first lines of a cell whose body is plain Python.
AROUND_PYTHON = re.compile(r"\s*%%(?:time|prun)\b.*|\s*%%capture\s*")
# What to write for magics that tests use most.
INSTEAD = {
    "capture": "take what is printed with `contextlib.redirect_stdout`",
    "timeit": "count calls or steps, for time is another in the grader",
    "time": "write the statement alone",
    "run": "import the file, which lies beside the notebook",
}

NO_SENTENCE = re.compile(
    r"(?i)\b(?:do not|don't|dont) (?:change|edit|modify|delete|remove|alter|touch|move|copy)|your code here|"
    r"\b(?:begin|end) (?:hidden|solution|tests?|answer|mark)|autotest|autograde|hidden tests?|"
    r"\b(?:this|test) cell\b|\bnoqa\b|\btype: ignore|\bpylint|\bfmt:|coding[:=]|\bpoints?\b"
)


class CannotRun(Exception):
    """The cell needs something that is not in the process that runs tests; the text says what to write instead."""


@dataclass(frozen=True)
class Parsed:
    """A test cell that is ready to be compiled."""

    body: ast.Module  # without its docstring, and without the last expression
    last: ast.Expression | None  # whose value may be the points
    visible_lines: frozenset[int]  # which students have in their own notebook
    is_visible: bool  # whether these are all lines
    sentence: str


def read(source: str, visible: frozenset[int]) -> Parsed:
    """Return what a test cell is; `visible` are the numbers of the lines that students get.

    Raises:
        SyntaxError: It is no Python.
        CannotRun: It has a magic or a shell command.
    """
    text = with_comments_at_the_top(source)
    tree = ast.parse(TransformerManager().transform_cell(text))
    _refuse_magics(tree)
    docstring = ast.get_docstring(tree)
    if docstring is not None:
        del tree.body[0]
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not _ends_with_semicolon(text):
        last = ast.Expression(tree.body.pop().value)  # type: ignore[attr-defined]
    sentence = _one_line(docstring or "") or first_comment(text, visible)
    return Parsed(tree, last, visible, len(visible) == source.count("\n") + 1, sentence)


def with_comments_at_the_top(source: str) -> str:
    """Return a cell whose first lines, empty or `%%time` and the like, are comments.

    Of empty lines IPython would lose count, and lines are told apart by their number.
    """
    lines = source.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip() and not AROUND_PYTHON.fullmatch(line)), 0)
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    return "\n".join([f"{indent}# {line.strip()}" for line in lines[:first]] + lines[first:])


def first_comment(source: str, visible: frozenset[int]) -> str:
    """Return the first visible comment with lines of its own that reads like a sentence; "" where there is none."""
    lines = source.split("\n")
    block: list[str] = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text.startswith("#") and number in visible and not text.startswith("#!"):
            block.append(text.lstrip("#").strip())
            continue
        if block and (sentence := _sentence(block)):
            return sentence
        block = []
    return _sentence(block)


def _sentence(block: list[str]) -> str:
    """Return what comment lines say, without rulers, markers, and code that somebody has commented out."""
    told = [line for line in block if re.search(r"[^\W\d_]{2}", line) and not NO_SENTENCE.search(line)]
    text = _one_line(" ".join(told).strip("-=~*# "))
    return text if len(text.split()) > 1 and not _is_code("\n".join(told)) else ""


def _is_code(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MOST_SENTENCE else f"{text[: MOST_SENTENCE - 4]} ..."


def _ends_with_semicolon(text: str) -> bool:
    """Return whether the last token is a semicolon, with which a notebook shows no value."""
    layout = (tokenize.ENDMARKER, tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT)
    tokens = [token for token in _tokens(text) if token.type not in layout]
    return bool(tokens) and tokens[-1].string == ";"


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    try:
        return list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):  # a magic among the lines
        return []


def _refuse_magics(tree: ast.Module) -> None:
    """Replace magics that do nothing by `pass`. Raises CannotRun for any other."""
    _Magics().visit(tree)
    ast.fix_missing_locations(tree)


class _Magics(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        name = _magic(node.value)
        if name in MAGICS_THAT_DO_NOTHING:
            return ast.copy_location(ast.Pass(), node)
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = _magic(node)
        if name:
            what = f"the magic %{name}" if name not in ("system", "getoutput") else "a shell command"
            instead = INSTEAD.get(name, "write plain Python instead")
            raise CannotRun(f"The test cell has {what}, which needs a notebook's kernel: {instead}.")
        self.generic_visit(node)
        return node


def _magic(node: ast.expr) -> str:
    """Return the name of the magic that IPython made of a line; "" where it is none."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return ""
    base = node.func.value
    if not (isinstance(base, ast.Call) and isinstance(base.func, ast.Name) and base.func.id == "get_ipython"):
        return ""
    if node.func.attr in ("run_line_magic", "run_cell_magic") and node.args and isinstance(node.args[0], ast.Constant):
        return str(node.args[0].value)[:40]
    return node.func.attr if node.func.attr in ("system", "getoutput") else ""
