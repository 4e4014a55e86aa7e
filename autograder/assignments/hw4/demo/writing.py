"""The written half of the demonstration: what its students put into the sheets, under the plot, and into a PDF."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.course.sheets import released_text
from autograder.handin.filled_sheet import ANSWER_MARK
from autograder.model.assignment import Sheet

TEXTS = Path(__file__).with_name("answers.md")
SHORT = ("cbow_structure", "neg_efficiency", "plot_reading")
STEPS = {"grad_softmax_u": "steps_softmax", "grad_neg_v": "steps_neg_v", "grad_neg_u": "steps_neg_u"}
RIGHT = {
    "grad_softmax_u": "dJ/du_w = (yhat_w - y_w) v_c",
    "grad_neg_v": "dJ/dv_c = (sigma(dot(u_o, v_c)) - 1) u_o + sum_k(sigma(dot(u_k, v_c)) u_k)",
    "grad_neg_u": "dJ/du_k = sigma(dot(u_k, v_c)) v_c",
}
IN_LATEX = {
    "grad_softmax_u": r"(\hat{y}_w - y_w)\,\mathbf{v}_c",
    "grad_neg_v": r"-\left(1-\sigma(u_o^\top v_c)\right) u_o + \sum_{k=1}^{K} \left(1-\sigma(-u_k^\top v_c)\right) u_k",
    "grad_neg_u": r"\left(1-\sigma(-\mathbf{u}_k^\top \mathbf{v}_c)\right)\mathbf{v}_c",
}
WRONG_SIGN = {**RIGHT, "grad_softmax_u": "(y_w - yhat_w) v_c"}
TERM_FORGOTTEN = {**RIGHT, "grad_neg_v": "sum_k(sigma(dot(u_k, v_c)) u_k)", "grad_neg_u": "sigma(u_k^T v_c u_k"}
SCRIPT = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">\n\n"
REWORDED = {
    "attack": "method", "because": "since", "network": "model", "image": "picture", "reason": "cause",
    "smaller": "lower", "detector": "tester", "measures": "computes", "thus": "so", "quantity": "number",
}  # fmt: skip


@dataclass(frozen=True)
class Writer:
    """Which of the bundled answers a student gives; None leaves the space as it was released."""

    essays: int | None = None
    short: int | None = None
    steps: int | None = None
    formulas: Mapping[str, str] | None = None
    reworded: bool = False  # copied from somebody, with some words exchanged
    hostile: bool = False

    def answer(self, item_id: str) -> str:
        """Return the answer to an item, "" for none."""
        if item_id in STEPS:
            formula = f"```formula\n{self.formulas[item_id]}\n```" if self.formulas else ""
            return f"{formula}\n\n{_text(STEPS[item_id], self.steps)}".strip()
        text = _text(item_id, self.short if item_id in SHORT else self.essays)
        if self.reworded:
            text = re.sub(r"\w+", lambda word: REWORDED.get(word[0], word[0]), text)
        return SCRIPT + text if self.hostile and text else text


WRITERS = {
    "ben": Writer(0, 0, 0, IN_LATEX),
    "chloe": Writer(1, 1, 1, WRONG_SIGN),
    "dan": Writer(2, 2, None, TERM_FORGOTTEN),
    "grace": Writer(1, None, None, RIGHT, reworded=True),
    "heidi": Writer(None, 0, None, IN_LATEX),
    "ivan": Writer(0, 1, None, RIGHT, reworded=True),
    "judy": Writer(None, None, 0, WRONG_SIGN, reworded=True),
    "mallory": Writer(2, 1, None, TERM_FORGOTTEN, hostile=True),
}


def filled(sheet: Sheet, writer: Writer) -> str:
    """Return the released sheet with the writer's answers in it."""
    text = released_text(sheet)
    for item in sheet.items:
        answer = writer.answer(item.id)
        if answer:
            before, heading, after = text.partition(f"`{item.id}`")
            space = f"{ANSWER_MARK}\n\n{item.space}" if item.space else ANSWER_MARK
            text = before + heading + after.replace(space, f"{ANSWER_MARK}\n\n{answer}", 1)
    return text


def formulas_only(sheet: Sheet) -> str:
    """Return the sheet of somebody whose steps are on paper."""
    return filled(sheet, Writer(formulas=RIGHT, short=0))


def _text(key: str, number: int | None) -> str:
    return "" if number is None else texts()[key][number]


@cache
def texts() -> dict[str, list[str]]:
    """Return the bundled answers by item."""
    sections = re.split(r"^## ", TEXTS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {}
    for section in sections:
        heading, _, body = section.partition("\n")
        found[heading.strip()] = [text.strip() for text in body.split("\n---\n")]
    return found


PAGES = (
    (
        r"Gradient for $u_w$, equation (2)",
        r"$J = -\log \hat{y}_o = -u_o^T v_c + \log \sum_j \exp(u_j^T v_c)$",
        r"first term: only $u_o$ is in it, so $-y_w v_c$",
        r"second term: $\frac{\exp(u_w^T v_c)}{\sum_j \exp(u_j^T v_c)}\, v_c = \hat{y}_w v_c$",
        r"$\Rightarrow \frac{\partial J}{\partial u_w} = (\hat{y}_w - y_w)\, v_c$",
        r"Gradient for $v_c$, equation (3)",
        r"$\sigma'(x) = \sigma(x)(1 - \sigma(x))$, so $\frac{d}{dx}(-\log \sigma(x)) = \sigma(x) - 1$",
        r"target, $x = u_o^T v_c$: $(\sigma(u_o^T v_c) - 1)\, u_o$",
        r"sample, $x = -u_k^T v_c$: $(\sigma(-u_k^T v_c) - 1)(-u_k) = \sigma(u_k^T v_c)\, u_k$",
        r"$\frac{\partial J}{\partial v_c} = (\sigma(u_o^T v_c) - 1)\, u_o + \sum_k \sigma(u_k^T v_c)\, u_k$",
    ),
    (
        r"Gradient for $u_k$, equation (3)",
        r"only in $-\log \sigma(-u_k^T v_c)$, inner derivative $-v_c$",
        r"$(\sigma(-u_k^T v_c) - 1)(-v_c) = (1 - \sigma(-u_k^T v_c))\, v_c$",
        r"$\Rightarrow \frac{\partial J}{\partial u_k} = \sigma(u_k^T v_c)\, v_c$",
        r"target: $\frac{\partial J}{\partial u_o} = (\sigma(u_o^T v_c) - 1)\, v_c$",
        r"drawn $m$ times: $m$ such terms, so $m$ times this",
    ),
)


def derivation_pdf() -> bytes:
    """Return the steps of all three derivations as a PDF, as if written by hand; the same bytes every time."""
    import matplotlib
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    data = io.BytesIO()
    with matplotlib.rc_context({"mathtext.fontset": "cm"}), PdfPages(data, metadata={"CreationDate": None}) as pdf:
        for lines in PAGES:
            page = Figure(figsize=(8.27, 11.69))
            for number, line in enumerate(lines):
                title = line.startswith("Gradient")
                page.text(0.1 if title else 0.15, 0.92 - 0.075 * number, line, fontsize=17 if title else 15)
            pdf.savefig(page)
    return data.getvalue()
