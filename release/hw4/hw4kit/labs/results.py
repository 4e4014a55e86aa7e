"""The table that ends a lab: the paper's figures beside those of this run, and one line for programs."""

import html
import json
import math
from dataclasses import dataclass

NOTHING = "-"


@dataclass(frozen=True)
class Row:
    """One figure of a lab.

    Attributes:
        key: Its name for programs.
        what: What is measured, in words, with its unit.
        paper: The paper's figure as the paper writes it, with the page; "-" where the paper has none.
        here: The figure of this run.
        usual: The range of five seeds on the real data at the size of the notebook; None where there is none.
        why: Why both differ, in one sentence; "" where they do not.
    """

    key: str
    what: str
    paper: str
    here: float
    usual: tuple[float, float] | None
    why: str


class Results:
    """Collects the figures and the statements of a lab, in order."""

    def __init__(self, lab: str) -> None:
        """Name the lab."""
        self.lab = lab
        self.rows: list[Row] = []
        self.statements: list[tuple[str, str, bool]] = []

    def figure(
        self, key: str, what: str, here: float, *,
        paper: str = NOTHING, usual: tuple[float, float] | None = None, why: str = "",
    ) -> None:  # fmt: skip
        """Add a figure; the arguments are those of `Row`."""
        self.rows.append(Row(key, what, paper, float(here), usual, why))

    def holds(self, key: str, sentence: str, is_so: bool) -> None:
        """Add a step of the paper's argument, and whether this run shows it."""
        self.statements.append((key, sentence, bool(is_so)))

    def show(self) -> None:
        """Show the table, the statements, and the line RESULTS {json}."""
        from IPython.display import display

        display({"text/html": self._html(), "text/plain": self._text()}, raw=True)
        print(f"RESULTS {json.dumps(self.as_dict(), allow_nan=False)}")

    def as_dict(self) -> dict:
        """Return what a program reads; a figure that is not finite is null there."""
        figures = {row.key: row.here if math.isfinite(row.here) else None for row in self.rows}
        return {"lab": self.lab, "figures": figures, "holds": {key: is_so for key, _, is_so in self.statements}}

    def _cells(self) -> list[tuple[str, ...]]:
        usual = [NOTHING if row.usual is None else f"{row.usual[0]:.4g} to {row.usual[1]:.4g}" for row in self.rows]
        return [
            (row.what, row.paper, f"{row.here:.4g}", seen, row.why) for row, seen in zip(self.rows, usual, strict=True)
        ]

    def _html(self) -> str:
        heads = ("", "the paper", "here", "five seeds", "why they differ")
        lines = ["".join(f"<th style='text-align:left'>{html.escape(head)}</th>" for head in heads)]
        lines += [
            "".join(f"<td style='text-align:left'>{html.escape(cell)}</td>" for cell in cells)
            for cells in self._cells()
        ]
        table = "".join(f"<tr>{line}</tr>" for line in lines)
        said = "".join(
            f"<li>{'yes' if is_so else '<b>NO</b>'}: {html.escape(sentence)}</li>"
            for _, sentence, is_so in self.statements
        )
        return f"<table>{table}</table><p>Does this run show it?</p><ul>{said}</ul>"

    def _text(self) -> str:
        lines = [" | ".join(cells) for cells in self._cells()]
        return "\n".join([*lines, *(f"{'yes' if is_so else 'NO '}: {said}" for _, said, is_so in self.statements)])
