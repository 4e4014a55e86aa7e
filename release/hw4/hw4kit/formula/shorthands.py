"""Put what shorthands stand for in their places: "2 s v_c, where s = log(u_w^T v_c)".

This is done with the tokens, before anything is read, so that a shorthand means exactly what is written behind its
equals sign and nothing is taken on trust. One with an index, z_w = u_w^T v_c, holds for every other index as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .conditions import CLOSER
from .cursor import is_letter
from .tokens import GREEK, MOST_TOKENS, Token
from .tree import NotUnderstood, Undecidable

DEEPEST = 6  # shorthands in shorthands; people use two
_INTRODUCE = ("where", "with", "let")
_END = ("\n", ",", ";", "=>", "and", "if", "for", "when", "forall", "otherwise", "else", *_INTRODUCE)
_LETTERS = frozenset("abfghijlnqrstxzABCDEFGHLMNQRSXYZ")  # single letters that no other part of the notation uses
_WORDS = {*GREEK, *"score scores logit err error diff prob coef weight".split()}
_WITH_INDEX_ONLY = {"p", "P", "e", "sigma", "delta"}  # without one these mean what the sheet says


@dataclass(frozen=True)
class _Shorthand:
    name: str
    letter: str | None
    body: tuple[Token, ...]

    @property
    def is_general(self) -> bool:
        """Whether it holds for every index, as z_w = u_w^T v_c does: w is no certain word, and the body has it."""
        return (
            bool(self.letter) and self.letter not in ("o", "c") and self.letter in {token.text for token in self.body}
        )


def expanded(tokens: list[Token]) -> list[Token]:
    """Return the tokens without definitions, and with their bodies, in brackets, where the names stood.

    Raises:
        NotUnderstood: A definition has no end, or a second equals sign.
        Undecidable: It is defined twice or by itself, or the formula grows too long.
    """
    rest, shorthands = _split(_with_primes(tokens))
    if not shorthands:
        return rest
    expansion = _Expansion(shorthands)
    found = list(expansion.of(rest))
    if len(expansion.used) < len(shorthands):
        raise Undecidable("a shorthand is defined and not used")
    return found


def _with_primes(tokens: list[Token]) -> list[Token]:
    """Return the tokens in which w' is one letter, wherever a sum runs over w'; any other prime transposes."""
    joined: list[Token] = []
    primed = {letter for place in range(len(tokens)) if (letter := _primed_index(tokens, place))}
    at = 0
    while at < len(tokens):
        token = tokens[at]
        length = _prime(tokens, at + 1) if token.text in primed else 0
        joined.append(replace(token, text=f"{token.text}'") if length else token)
        at += 1 + length
    return joined


def _primed_index(tokens: list[Token], at: int) -> str:
    """Return the w of sum_{w'} or sum_w', "" where no such sum begins."""
    at += (
        3 if _texts(tokens, at, 3) == ["sum", "_", "{"] else 2 if _texts(tokens, at, 2) == ["sum", "_"] else len(tokens)
    )
    return tokens[at].text if at < len(tokens) and is_letter(tokens[at]) and _prime(tokens, at + 1) else ""


def _prime(tokens: list[Token], at: int) -> int:
    """Return how many tokens the prime here has: ', ^' or ^{'}; 0 if there is none."""
    for signs in (["'"], ["^", "'"], ["^", "{", "'", "}"]):
        if _texts(tokens, at, len(signs)) == signs:
            return len(signs)
    return 0


def _texts(tokens: list[Token], at: int, count: int) -> list[str]:
    return [token.text for token in tokens[at : at + count]]


def _split(tokens: list[Token]) -> tuple[list[Token], list[_Shorthand]]:
    """Return the tokens that are no definition, and the definitions."""
    rest: list[Token] = []
    found: list[_Shorthand] = []
    at, opened, begins = 0, 0, True
    while at < len(tokens):
        token = tokens[at]
        definition = _head(tokens, at) if begins and not opened else None
        if definition:
            name, letter, start = definition
            at = _end(tokens, start)
            found.append(_Shorthand(name, letter, tuple(tokens[start:at])))
            while rest and rest[-1].text in (*_INTRODUCE, ",", "and"):
                rest.pop()
            continue
        if begins and not opened:
            tokens = _at_a_score(tokens, at)
        begins = not opened and (token.text in _END or token.text == ".")
        opened += (token.text in CLOSER or token.text == "begin") - (token.text in (*CLOSER.values(), "finish"))
        rest.append(token)
        at += 1
    names = [(entry.name, entry.letter) for entry in found]
    if len(set(names)) < len(names):
        raise Undecidable("a shorthand is defined twice")
    return [_as_separator(rest, place) for place in range(len(rest))], found


def _as_separator(tokens: list[Token], place: int) -> Token:
    """Return a token; "where" becomes a line break unless a condition such as w = o follows."""
    token = tokens[place]
    following = tokens[place + 1 : place + 4]
    is_condition = len(following) == 3 and following[1].text in ("=", "!=") and is_letter(following[2])
    if token.text not in _INTRODUCE or (token.text == "where" and is_condition):
        return token
    return replace(token, kind="newline", text="\n")


def _head(tokens: list[Token], at: int) -> tuple[str, str | None, int] | None:
    """Return name, index and place of the body if a definition begins here."""
    token, letter, start = tokens[at], None, at + 1
    if token.kind != "word" or token.text not in _LETTERS | _WORDS | _WITH_INDEX_ONLY:
        return None
    if index := _index(tokens, start):
        letter, start = index
    elif token.text in _WITH_INDEX_ONLY:
        return None
    if _texts(tokens, start, 1) != ["="]:
        return None
    first, second = tokens[start + 1 : start + 3] if start + 2 < len(tokens) else (tokens[-1], tokens[-1])
    is_number = first.kind == "number" or is_letter(first) or first.kind == "end"
    is_short = second.kind in ("newline", "end") or second.text in (*_END, ".", "..", "...")
    return None if is_number and is_short else (token.text, letter, start + 1)


def _at_a_score(tokens: list[Token], at: int) -> list[Token]:
    """Return the tokens with u_o^T v_c for the x of sigma(x) = ..., if that begins here: it is compared there."""
    x = tokens[at + 2] if at + 5 < len(tokens) else tokens[-1]
    if not is_letter(x) or _texts(tokens, at, 5) != ["sigma", "(", x.text, ")", "="]:
        return tokens
    end = next(place for place in range(at, len(tokens)) if tokens[place].text in _END or tokens[place].kind == "end")
    score = [Token("word" if text.isalpha() else "op", text, x.start, x.raw) for text in "( u _ o ^ T v _ c )".split()]
    statement = [score if token.text == x.text else [token] for token in tokens[at:end]]
    return [*tokens[:at], *(token for part in statement for token in part), *tokens[end:]]


def _index(tokens: list[Token], at: int) -> tuple[str, int] | None:
    """Return the letter of _w or _{w}, and the place behind it."""
    if _texts(tokens, at, 2) == ["_", "{"] and _texts(tokens, at + 3, 1) == ["}"] and is_letter(tokens[at + 2]):
        return tokens[at + 2].text, at + 4
    if _texts(tokens, at, 1) == ["_"] and is_letter(tokens[at + 1]):
        return tokens[at + 1].text, at + 2
    return None


def _end(tokens: list[Token], start: int) -> int:
    """Return where the body that begins here is over."""
    opened = 0
    for at in range(start, len(tokens)):
        text = tokens[at].text
        stops = text in _END or (text == "." and tokens[at + 1].kind in ("newline", "end"))
        if tokens[at].kind == "end" or (not opened and stops):
            if at == start:
                raise NotUnderstood(tokens[at].start, "a shorthand stands for nothing")
            return at
        if text == "=" and not opened:
            raise NotUnderstood(tokens[at].start, "a shorthand has one equals sign")
        opened += (text in CLOSER or text == "begin") - (text in (*CLOSER.values(), "finish"))
    raise AssertionError("the last token is the end")


class _Expansion:
    """Puts bodies in the places of names; counts, so that no few names make a formula of any length."""

    def __init__(self, shorthands: list[_Shorthand]) -> None:
        self.names = {entry.name for entry in shorthands}
        self.shorthands = shorthands
        self.used: set[_Shorthand] = set()
        self.length = 0

    def of(self, tokens: list[Token], depth: int = 0) -> Iterator[Token]:
        """Yield the tokens with all names replaced."""
        if depth > DEEPEST:
            raise Undecidable("a shorthand is defined by itself, or by too many others")
        at = 0
        while at < len(tokens):
            token = tokens[at]
            is_index = at > 0 and tokens[at - 1].text == "_"
            index = _index(tokens, at + 1)
            entry = None if is_index or token.text not in self.names else self._entry(token, index and index[0])
            if entry is None:
                following = self._subscript_end(tokens, at) if token.text == "_" else at + 1
                yield from self._counted(tokens[at:following])
                at = following
                continue
            yield from self._counted([Token("shorthand", "(", token.start, token.raw)])
            yield from self.of(_for_index(entry, index[0] if index and entry.letter else None), depth + 1)
            yield from self._counted([Token("shorthand", ")", token.start, token.raw)])
            at = index[1] if index and entry.letter else at + 1

    def _counted(self, tokens: list[Token]) -> list[Token]:
        self.length += len(tokens)
        if self.length > MOST_TOKENS:
            raise Undecidable(f"with its shorthands it has more than {MOST_TOKENS} words and signs")
        return tokens

    def _entry(self, token: Token, letter: str | None) -> _Shorthand | None:
        """Return what a name stands for: the entry of the very index, or the only one for any word."""
        own = [entry for entry in self.shorthands if entry.name == token.text]
        exact = [entry for entry in own if entry.letter == letter]
        general = [entry for entry in own if letter and entry.is_general]
        alone = [entry for entry in own if entry.letter is None]
        found = exact or general or alone
        if len(found) > 1:
            raise NotUnderstood(token.start, f"which {token.text} is meant?")
        self.used.update(found)
        return found[0] if found else None

    @staticmethod
    def _subscript_end(tokens: list[Token], at: int) -> int:
        """Return the place behind the index that begins with this _; in a subscript nothing is a shorthand."""
        if _texts(tokens, at + 1, 1) != ["{"]:
            return at + 1
        opened = 0
        for place in range(at + 1, len(tokens)):
            opened += (tokens[place].text in CLOSER) - (tokens[place].text in CLOSER.values())
            if not opened:
                return place + 1
        return len(tokens)


def _for_index(entry: _Shorthand, letter: str | None) -> list[Token]:
    """Return the body for another index; a sum inside that runs over this very letter gets another one."""
    tokens = list(entry.body)
    if letter is None or letter == entry.letter or entry.letter is None:
        return tokens
    tokens = _renamed(tokens, letter, f"{letter}'") if letter in _bound(tokens) else tokens
    return _renamed(tokens, entry.letter, letter)


def _renamed(tokens: list[Token], old: str, new: str) -> list[Token]:
    return [replace(token, text=new) if token.kind == "word" and token.text == old else token for token in tokens]


def _bound(tokens: list[Token]) -> set[str]:
    """Return the letters that sums run over."""
    heads = [place for place in range(len(tokens)) if _texts(tokens, place, 2) == ["sum", "_"]]
    inside = [place + 3 if _texts(tokens, place + 2, 1) == ["{"] else place + 2 for place in heads]
    return {tokens[place].text for place in inside if place < len(tokens)}
