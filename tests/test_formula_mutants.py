"""Is any right formula still accepted after one slip: a sign, an index, a vector, a range, a transpose, a term?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from test_formulas import RIGHT, Spelling, check, tokens

# What a person mixes up, by what is typed.
SLIPS = {
    "+": ["-"],
    "-": ["+"],
    "−": ["+"],
    "u": ["v"],
    "v": ["u"],
    "o": ["c"],
    "c": ["o"],
    "k": ["o", "w"],
    "w": ["o", "c"],
    "K": ["V"],
    "V": ["K"],
    "10": ["9"],
    "1": ["2", "0"],
    "y": ["v"],
    "yhat": ["y"],
    "T": ["2"],
    **dict.fromkeys(["sigma", "\\sigma", "σ", "sigmoid", "expit"], (" exp ",)),
    **dict.fromkeys(["exp", "\\exp"], (" log ",)),
}
# What a gradient is called is not what it is: left-hand sides are left alone.
LEFT_SIDE = re.compile(
    r"^[^=:\n]*(?:\\frac\{\\?d|\\partial|∂|\\nabla|∇|d[JL]/|grad)[^=:]*(?:=[^=:]*\\partial[^=:]*)?[=:]", re.MULTILINE
)
TELLS_CASES = re.compile(r"w ?=+ ?o|otherwise|else")  # for w = o both letters mean the target
OWN_LETTER_OF_SAMPLE = re.compile(r"u_\{[a-z]_")  # u_{n_k} and u_{w_k} are the k-th sample
ZERO = re.compile(r"[-+−] ?0")


def slips(entry: Spelling) -> Iterator[str]:
    """Yield the formula with one slip in it, for each place where there can be one."""
    left_sides = [match.span() for match in LEFT_SIDE.finditer(entry.text)]
    for token in tokens.tokenize(entry.text):
        is_name = any(start <= token.start < end for start, end in left_sides)
        if not is_name and not is_free(entry, token):
            before, behind = entry.text[: token.start], entry.text[token.start + len(token.raw) :]
            yield from (before + other + behind for other in SLIPS.get(token.raw, ()))
            if token.text in ("+", "-"):  # without the term that follows
                yield f"{before} {token.raw} 0 {behind}"


def is_free(entry: Spelling, token: tokens.Token) -> bool:
    """Return whether another sign or letter here means the same."""
    if token.raw in ("o", "w"):
        return bool(TELLS_CASES.search(entry.text))
    if token.raw == "k":
        return bool(OWN_LETTER_OF_SAMPLE.search(entry.text))
    return bool(ZERO.match(entry.text, token.start))


@pytest.mark.parametrize("entry", RIGHT, ids=str)
def test_no_right_formula_with_a_slip_is_accepted(entry: Spelling) -> None:
    made = list(slips(entry))
    accepted = [text for text in made if check(entry.item, text).status == "right"]

    assert made
    assert not accepted
