"""Find the formulas of an answer sheet, and print what the check says of them: in a notebook or on the command line."""

import argparse
import io
import re
import sys
from itertools import pairwise
from pathlib import Path

from .kinds import Kind, Result
from .verdict import ITEMS, check

LARGEST_SHEET = 1_000_000  # bytes
SHEET = Path("answers", "derivations.md")

# An item begins at a heading with its id, or at the id alone on a line, which stands beneath the title.
_ID = "|".join(ITEMS).replace("_", r"\\?_")  # some editors escape its underscores
_HEADING = re.compile(rf"^(?:#{{1,6}}[ \t][^\n]{{0,200}}|[ \t>*`]*(?:{_ID})[ \t*`]*)$", re.MULTILINE)
_BLOCK = re.compile(
    r"^[ \t>]*(?P<marks>`{3,}|~{3,})[ \t]*\{?\.?formula\}?[ \t]*\n(?P<body>.*?)(?P<end>^[ \t>]*(?P=marks)[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)


def formulas_in(sheet: str) -> dict[str, str | None]:
    """Return the formula block under the heading or id of each item, the first that is filled in; None for no block.

    Args:
        sheet: The text of a filled derivations.md.
    """
    sheet = sheet.replace("\r\n", "\n").replace("\r", "\n")
    starts = [match.start() for match in _HEADING.finditer(sheet)] + [len(sheet)]
    found: dict[str, str | None] = dict.fromkeys(ITEMS)
    for begin, end in pairwise(starts):
        heading = sheet[begin:end].partition("\n")[0].replace("\\_", "_")
        for item_id in ITEMS:
            if item_id in heading and not found[item_id]:
                bodies = [_body(block) for block in _BLOCK.finditer(sheet, begin, end)]
                filled = [body for body in bodies if check(item_id, body).kind is not Kind.EMPTY]
                found[item_id] = filled[0] if filled else "" if bodies else None
    return found


def _body(block: re.Match[str]) -> str:
    """Return the formula of a block; that of a block which is never closed ends at the first blank line."""
    body = block["body"].strip()
    return body if block["end"] else re.split(r"\n[ \t]*\n", body)[0]


def show_formulas(*items: str, sheet: str | Path = SHEET, **typed: str) -> None:
    """Print for each derivation whether its formula is right, of what shape it is, or where it cannot be read.

    Args:
        items: Headings of the sheet, such as "grad_neg_v".
        sheet: Where the sheet is.
        typed: Formulas to check in place of those on the sheet: show_formulas(grad_neg_v="dJ/dv_c = ...").
    """
    found = {item_id: check(item_id, formula) for item_id, formula in typed.items()}
    try:
        written = formulas_in(_text(Path(sheet))) if items else {}
    except OSError:
        print(f"{Path(sheet).as_posix()} is not here. Put the sheet there, or type the formula between the quotes of")
        print("\n".join(f'    show_formulas({item_id}=r"...")' for item_id in items))
        return
    found |= {item_id: check(item_id, written[item_id]) for item_id in items}
    print("\n".join(_lines(found)))


def main(arguments: list[str] | None = None) -> int:
    """Print one line for each formula of a sheet; return 0 if all are right, 1 if not, 2 if there is no sheet."""
    parser = argparse.ArgumentParser(prog="python -m hw4kit.formula", description="Check the formulas of a sheet.")
    parser.add_argument("sheet", type=Path, nargs="?", default=SHEET)
    path = parser.parse_args(arguments).sheet
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # not every terminal knows the letters that a diagnosis may quote
    try:
        formulas = formulas_in(_text(path))
    except OSError as error:
        print(f"{path} cannot be read ({error.strerror}). Say where it is: python -m hw4kit.formula PATH")
        return 2
    found = {item_id: check(item_id, formula) for item_id, formula in formulas.items()}
    print("\n".join(_lines(found)))
    return int(any(result.kind is not Kind.RIGHT for result in found.values()))


def _text(sheet: Path) -> str:
    with open(sheet, "rb") as stream:
        return stream.read(LARGEST_SHEET).decode("utf-8-sig", errors="replace")


def _lines(found: dict[str, Result]) -> list[str]:
    return [f"{item_id}: {result.status}. {result.diagnosis}" for item_id, result in found.items()]
