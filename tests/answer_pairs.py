"""Pairs of answers that are never one group, and pairs that should be: read from answer_pairs.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from autograder.marking.answer_groups import Compared, groups

PAIRS = Path(__file__).with_name("answer_pairs.toml")
_CHOICE = re.compile("⟨([^⟨⟩]*)⟩")


def pairs(part: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, first and second text of each pair of "different" or "same"."""
    for kind, entries in tomllib.loads(PAIRS.read_text(encoding="utf-8"))[part].items():
        for entry in entries:
            for one, other in combinations(spelled_out(entry), 2):
                yield kind, one, other


def spelled_out(entry: str) -> list[str]:
    """Return the texts that an entry stands for: the first with the first of all choices, and so on."""
    choices = [match[1].split("|") for match in _CHOICE.finditer(entry)]
    texts = []
    for number in range(max(map(len, choices), default=1)):
        rest = iter(choices)

        def chosen(match: re.Match[str], number: int = number, rest: Iterator[list[str]] = rest) -> str:
            words = next(rest)
            return words[min(number, len(words) - 1)]

        texts.append(_CHOICE.sub(chosen, entry))
    return texts


def are_one_group(one: str, other: str) -> bool:
    """Whether two answers are one group in a class that uses all words of the right texts."""
    return len(groups({"ann": Compared(one), "bob": Compared(other)}, "")) == 1


def failures(part: str) -> list[tuple[str, str, str]]:
    """Return the pairs of which the groups are not as they should be."""
    return [pair for pair in pairs(part) if are_one_group(*pair[1:]) is (part == "different")]
