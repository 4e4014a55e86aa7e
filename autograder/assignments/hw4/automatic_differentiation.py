"""Gradients that a library derives instead of the student: a finding for a person, never a deduction."""

import ast
import re
from collections.abc import Iterator, Mapping

from autograder.handin import cell_plan
from autograder.handin.asked import Notebook
from autograder.handin.notebook_file import NotebookFile, decode_text
from autograder.handin.problems import Level
from autograder.model.report import Finding

# Items whose gradients are derived on paper first; a notebook without any of them is not looked at.
DERIVED = frozenset({"softmaxCostAndGradient", "negSamplingCostAndGradient", "skipgram"})
# Nothing that these notebooks need. TensorFlow is not among them: importing it alone derives nothing.
LIBRARIES = frozenset(
    "aesara algopy autograd casadi findiff functorch jax mxnet numdifftools paddle pytensor sympy theano tinygrad torch"
    .split()
)  # fmt: skip
# Of SciPy and scikit-learn, which the grader has: the first differentiates, the others return the slopes of a cost.
MODULES = ("scipy.differentiate", "sklearn._loss", "sklearn.linear_model._linear_loss")
NAMES = frozenset(
    "GradientTape ForwardAccumulator approx_fprime approx_derivative jacfwd jacrev value_and_grad complex_step "
    "differentiate HalfBinomialLoss HalfMultinomialLoss LinearModelLoss".split()
)
# Of TensorFlow, after a dot only: `gradients` is what students call their own. Its raw operations return a cost's slope
# beside the cost.
ATTRIBUTES = NAMES | frozenset("gradients compute_gradient raw_ops jacobian batch_jacobian".split())
COMPLEX = frozenset("complex complex64 complex128 complex256 csingle cdouble imag".split())
# A class with arithmetic of its own can carry slopes along: dual numbers.
ARITHMETIC = frozenset("__mul__ __rmul__ __truediv__ __array_ufunc__".split())
_ENDS = frozenset(module.rpartition(".")[2] for module in MODULES)
_WORDS = "|".join(sorted(LIBRARIES | _ENDS | ATTRIBUTES | COMPLEX | ARITHMETIC))
WORTH_READING = re.compile(rf"\b(?:{_WORDS})\b|\d[jJ]\b")  # parsing takes longer
LONGEST = 200_000  # characters of a cell; the longest of a real set has 9,000
MOST_TOLD = 5  # names


def findings(name: str, asked: Notebook, submitted: NotebookFile, modules: Mapping[str, bytes]) -> Iterator[Finding]:
    """Yield one finding if the student's code uses a library for derivatives, or numbers that can replace it.

    The code is that of the cells, and of the student's own modules that they name.
    """
    if not DERIVED & asked.functions.keys():
        return
    given = {cell.source for cell in asked.cells}
    codes = [cell.source for cell in cell_plan.plan(asked, submitted).cells if cell.source not in given]
    unread = {path: decode_text(data)[0] for path, data in modules.items()}
    while named := [path for path in unread if any(re.search(rf"\b{_module(path)}\b", code) for code in codes)]:
        codes += [unread.pop(path) for path in named]
    seen = dict.fromkeys(used for code in codes for used in used_in(code))
    if seen:
        used = ", ".join(list(seen)[:MOST_TOLD])
        text = f"{name}: the code uses {used}; these gradients must be derived by hand. Please check."
        yield Finding(Level.WARNING, text)


def used_in(code: str) -> list[str]:
    """Return what a cell uses that derives or measures gradients, in the order of the text."""
    if not WORTH_READING.search(code):
        return []
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in code[:LONGEST].splitlines()]
    try:
        nodes = list(ast.walk(ast.parse("\n".join(lines))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # such a cell does not run either
    return [found for node in nodes if (found := _found(node))]


def _found(node: ast.AST) -> str:
    if isinstance(node, ast.Import):
        return next((entry.name for entry in node.names if _derives(entry.name)), "")
    if isinstance(node, ast.ImportFrom):
        names = [entry.name for entry in node.names if entry.name in NAMES]
        return str(node.module) if _derives(node.module or "") else next(iter(names), "")
    if isinstance(node, ast.Attribute):
        return node.attr if node.attr in ATTRIBUTES else "complex numbers" if node.attr in COMPLEX else ""
    if isinstance(node, ast.Name):
        return node.id if node.id in NAMES else "complex numbers" if node.id in COMPLEX - {"imag"} else ""
    if isinstance(node, ast.FunctionDef):
        return "a class with its own arithmetic" if node.name in ARITHMETIC else ""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, complex):
            return "complex numbers"
        # importlib.import_module("jax"), getattr(tf, "GradientTape")
        return node.value if isinstance(node.value, str) and node.value in LIBRARIES | NAMES | {*MODULES} else ""
    return ""


def _module(path: str) -> str:
    """Return the last name by which an import finds a module of the student's own."""
    *folders, name = path.removesuffix(".py").split("/")
    return folders[-1] if name == "__init__" else name


def _derives(module: str) -> bool:
    return module.partition(".")[0] in LIBRARIES or any(f"{module}.".startswith(f"{each}.") for each in MODULES)
