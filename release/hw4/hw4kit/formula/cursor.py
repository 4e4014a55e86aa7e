"""A place in a list of tokens: look, step over, or say what was expected instead."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from .tokens import Token
from .tree import NotUnderstood, Undecidable

DEEPEST = 20  # brackets in brackets; a softmax that is spelled out in LaTeX has 5, and Python's stack room for 100


def is_letter(token: Token) -> bool:
    """Return whether a token can be an index: a small letter, with primes or without."""
    letter = token.text.rstrip("'")
    return token.kind == "word" and len(letter) == 1 and letter.islower()


class Cursor:
    """Walks through tokens from left to right."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.at = tokens, 0
        self._depth = 0

    def ahead(self, count: int = 0) -> Token:
        """Return a coming token; the last one if there are not so many."""
        return self.tokens[min(self.at + count, len(self.tokens) - 1)]

    def sees(self, *texts: str) -> bool:
        """Return whether the next token is one of these."""
        return self.ahead().text in texts and self.ahead().kind not in ("unknown", "end")

    def takes(self, *texts: str) -> bool:
        """Step over the next token if it is one of these; return whether it was."""
        found = self.sees(*texts)
        self.at += found
        return found

    def needs(self, text: str, expected: str = "") -> None:
        """Step over a token. Raises NotUnderstood if it is another one."""
        if not self.takes(text):
            self.fail(expected or f"'{text}'")

    def letter(self, expected: str = "an index letter") -> str:
        """Step over an index letter and return it."""
        token = self.ahead()
        if not is_letter(token):
            self.fail(expected)
        self.at += 1
        return token.text

    def fail(self, expected: str) -> NoReturn:
        """Raise NotUnderstood at the next token."""
        token = self.ahead()
        raw = "".join(character if character.isprintable() else "?" for character in token.raw[:20])
        quoted = f'"{raw}"' if "'" in raw else f"'{raw}'"
        found = {"end": "the end", "newline": "the end of the line"}.get(token.kind, quoted)
        raise NotUnderstood(token.start, f"found {found}, expected {expected}")

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Count a bracket that is open. Raises Undecidable for the one that is too many."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise Undecidable(f"it has more than {DEEPEST} nested brackets")
        yield
        self._depth -= 1
