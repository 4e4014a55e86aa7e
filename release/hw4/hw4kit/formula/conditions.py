"""Read what tells the target from other words: w = o behind a formula, and [w = o] or delta_{wo} within one."""

from .cursor import is_letter
from .ranges import Ranges
from .tree import Condition, Node, NotUnderstood

CLOSER = {"(": ")", "[": "]", "\\{": "\\}", "{": "}"}
_IF = ("if", "for", "when", "where")
_ELSE = ("otherwise", "else")
_EVERY = ("all", "every", "each", "any")
_KINDS_OF_WORDS = ("negative", "sampled", "sample", "samples", "word", "words")


class Conditions(Ranges):
    """Adds conditions to what a cursor can read."""

    def condition(self, ahead: int = 0) -> Condition | None:
        """Return the condition that begins so many tokens ahead, if one does; it has three tokens."""
        first, relation, second = (self.ahead(ahead + number) for number in range(3))
        if relation.kind != "op" or relation.text not in ("=", "!="):
            return None
        if not (is_letter(first) and is_letter(second)):
            return None
        if first.text == second.text:
            raise NotUnderstood(first.start, "this is always or never true")
        return Condition((first.text, second.text), relation.text == "=")

    def case(self) -> Condition | str | None:
        """Step over what says when a formula holds: a Condition, "otherwise" or "always"; None if nothing does."""
        begin = self.at
        self.takes(",")
        said_if = self.takes(*_IF)
        if self.takes(*_ELSE):
            return "otherwise"
        bracket = CLOSER[self.ahead().text] if self.sees("(", "[") else ""
        condition = self.condition(1 if bracket else 0)
        if condition:
            self.at += 4 if bracket else 3
            if bracket:
                self.needs(bracket)
            return condition
        if self._every_word(said_if):
            return "always"
        if said_if:
            self.fail("a condition such as w = o")
        self.at = begin
        return None

    def _every_word(self, said_if: bool) -> bool:
        """Step over "all w", "every word w", "w in V", "(k = 1, ..., K)" and the like."""
        if self.takes("forall") or (said_if and self.takes(*_EVERY)):
            while self.takes(*_KINDS_OF_WORDS):
                pass
            if not self.spans_all():
                self.any_word()
            return True
        begin, bracketed = self.at, self.takes("(")
        if self.spans_all():
            if bracketed:
                self.needs(")")
            return True
        self.at = begin
        return False

    def shape(self) -> None:
        """Step over what says that a formula is a vector: in R^D."""
        if self.sees("in") and self.ahead(1).text == "R":
            self.at += 2
            self.needs("^")
            braced = self.takes("{")
            self.needs("D")
            if braced:
                self.needs("}")

    def bracketed_condition(self) -> Node | None:
        """Read [w = o], (w = o) or {w = o}: 1 where it holds, 0 elsewhere. None, and no step, if it is not one."""
        start, depth = self.ahead().start, 0
        while self.ahead(depth).kind == "op" and self.ahead(depth).text in CLOSER and depth < 2:
            depth += 1
        condition = self.condition(depth) if depth else None
        if condition is None:
            return None
        closers = [CLOSER[self.ahead(number).text] for number in range(depth)]
        self.at += depth + 3
        for closer in reversed(closers):
            self.needs(closer)
        return Node("iverson", start, (), condition)

    def delta(self, start: int) -> Node:
        """Read what follows delta: _{wo}, _{w,o}, _{w=o} or _wo."""
        self.needs("_", "'_' and two words, as in delta_{wo}")
        inside = self.bracketed_condition()
        if inside is not None:
            return inside
        braced = self.takes("{")
        token = self.ahead()
        if token.kind == "word" and len(token.text) == 2:
            self.at += 1
            letters = (token.text[0], token.text[1])
        else:
            first = self.letter()
            self.takes(",")
            letters = (first, self.letter())
        if braced:
            self.needs("}")
        return Node("iverson", start, (), Condition(letters, True))
