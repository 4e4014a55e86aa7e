"""The table that ends a lab: the paper's figures beside those of this run, and one line for programs."""

import html
import json
import math
import textwrap
from dataclasses import dataclass

NOTHING = "-"
HEADS = ("", "the paper", "here", "five seeds", "why they differ")
WIDTH = 100  # letters in a line of the text, for those who see no HTML
RANGES = (
    "Five seeds: runs with five other seeds gave figures in this range, on the real data and with the parameters as"
    " they stand in the notebook. Another machine rounds otherwise, so a figure may lie a little outside."
)
NO_RANGES = "The ranges of five seeds are not shown: they are those of the real data, and this run has used other data."


@dataclass(frozen=True)
class Row:
    """One figure of a lab.

    Attributes:
        what: What is measured, in words, with its unit.
        paper: The paper's figure as the paper writes it, with the page; "-" where the paper has none.
        here: The figure of this run.
        usual: The range of five seeds on the real data at the size of the notebook; None where there is none.
        why: Why both differ, in one sentence; "" where they do not.
        form: How the figure is written, as in "{:.0%}"; "" for three digits.
    """

    what: str
    paper: str
    here: float
    usual: tuple[float, float] | None
    why: str
    form: str

    def written(self, value: float) -> str:
        """Return a value of this figure as people read it."""
        if not math.isfinite(value):
            return NOTHING
        if self.form:
            return self.form.format(value)
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"

    def range(self) -> str:
        """Return the range of five seeds as people read it."""
        ends = dict.fromkeys(map(self.written, self.usual or ()))  # both may be written in the same way
        return " to ".join(ends) or NOTHING


class Results:
    """Collects the figures and the statements of a lab, in order."""

    def __init__(self, lab: str, *, ranges_apply: bool) -> None:
        """Begin an empty table.

        Args:
            lab: The name of the lab.
            ranges_apply: Whether the ranges of five seeds hold for this run: not on the mini stand-in.
        """
        self.lab = lab
        self.ranges_apply = ranges_apply
        self._rows: dict[str, Row] = {}
        self._statements: dict[str, tuple[str, bool]] = {}

    def figure(
        self, key: str, what: str, here: float, *,
        paper: str = NOTHING, usual: tuple[float, float] | None = None, why: str = "", form: str = "",
    ) -> None:  # fmt: skip
        """Add a figure, or replace that of the same key; the arguments are those of `Row`."""
        self._rows[key] = Row(what, paper, float(here), usual if self.ranges_apply else None, why, form)

    def holds(self, key: str, sentence: str, is_so: bool) -> None:
        """Add a step of the paper's argument, and whether this run shows it, or replace that of the same key."""
        self._statements[key] = sentence, bool(is_so)

    def show(self) -> None:
        """Show the table, the statements, and the line RESULTS {json}."""
        from IPython.display import display

        display({"text/html": self._html(), "text/plain": self._text()}, raw=True)
        print(f"RESULTS {json.dumps(self.as_dict(), allow_nan=False)}")

    def as_dict(self) -> dict:
        """Return what a program reads; a figure that is not finite is null there."""
        return {
            "lab": self.lab,
            "figures": {key: _short(row.here) if math.isfinite(row.here) else None for key, row in self._rows.items()},
            "usual": {key: list(row.usual) for key, row in self._rows.items() if row.usual is not None},
            "holds": {key: is_so for key, (_, is_so) in self._statements.items()},
        }

    def _table(self) -> tuple[list[str], list[list[str]]]:
        """Return the headings and the cells; a column in which nothing stands is left out."""
        rows = [(row.what, row.paper, row.written(row.here), row.range(), row.why) for row in self._rows.values()]
        used = [number for number in range(len(HEADS)) if number < 3 or {row[number] for row in rows} - {NOTHING, ""}]
        return [HEADS[number] for number in used], [[row[number] for number in used] for row in rows]

    def _note(self) -> str:
        """Return what is said of the ranges; nothing where the lab has none."""
        if not self.ranges_apply:
            return NO_RANGES
        return RANGES if self.as_dict()["usual"] else ""

    def _html(self) -> str:
        heads, rows = self._table()
        style = "text-align: left; vertical-align: top; padding: .3em .8em .3em 0"
        wide = {
            0: "min-width: 14em; max-width: 24em",
            1: "min-width: 8em; max-width: 14em",
            len(heads) - 1: "max-width: 32em",
        }
        lines = ["".join(f'<th scope="col" style="{style}">{html.escape(head)}</th>' for head in heads)]
        for row in rows:
            cells = [
                f'<td style="{style}; {wide.get(number, "white-space: nowrap")}">{html.escape(cell)}</td>'
                for number, cell in enumerate(row)
            ]
            lines.append("".join(cells))
        table = "".join(f"<tr>{line}</tr>" for line in lines)
        said = "".join(
            f"<li><b>{'Yes' if is_so else 'NO'}:</b> {html.escape(sentence)}</li>"
            for sentence, is_so in self._statements.values()
        )
        steps = f"<p>Does this run show what the paper argues?</p><ul>{said}</ul>" if said else ""
        return f"<table>{table}</table><p><small>{html.escape(self._note())}</small></p>{steps}"

    def _text(self) -> str:
        heads, rows = self._table()
        has_why = heads[-1] == HEADS[-1]
        columns = [row[: len(row) - has_why] for row in (heads, *rows)]
        widths = [max(len(row[number]) for row in columns) for number in range(len(columns[0]))]
        lines: list[str] = []
        for row, cells in zip((heads, *rows), columns, strict=True):
            lines.append("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
            if has_why and row is not heads and row[-1]:
                lines += textwrap.wrap(row[-1], WIDTH, initial_indent="    ", subsequent_indent="    ")
        lines += ["", *textwrap.wrap(self._note(), WIDTH), ""]
        lines += [f"{'yes' if is_so else 'NO'}: {sentence}" for sentence, is_so in self._statements.values()]
        return "\n".join(lines)


def _short(value: float) -> float:
    """Return the value with six digits, more than any figure of a lab is worth."""
    return float(f"{value:.6g}")
