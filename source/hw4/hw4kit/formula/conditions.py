"""Read what tells the target from other words: w = o behind a formula, and [w = o] or delta_{wo} within one."""

from .cursor import Cursor
from .tree import Condition, Node

CLOSER = {"(": ")", "[": "]", "\\{": "\\}", "{": "}"}
_IF = ("if", "for", "when", "where")
_ELSE = ("otherwise", "else")
_EVERY = ("all", "every", "each", "any")


class Conditions(Cursor):
    """Adds conditions to what a cursor can read."""

    def condition(self, ahead: int = 0) -> Condition | None:
        """Return the condition that begins so many tokens ahead, if one does; it has three tokens."""
        first, relation, second = (self.ahead(ahead + number) for number in range(3))
        if relation.kind != "op" or relation.text not in ("=", "!="):
            return None
        if not all(token.kind == "word" and len(token.text) == 1 for token in (first, second)):
            return None
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
        """Step over "all w", "w in V" or "k = 1, ..., K"."""
        if self.takes("forall") or (said_if and self.takes(*_EVERY)):
            self.letter()
            if self.takes("in"):
                self.needs("V")
            return True
        if said_if and self.ahead(1).text == "in" and self.ahead(2).text == "V":
            self.at += 3
            return True
        if self.ahead(1).text == "=" and self.ahead(2).text == "1":
            self.at += 3
            self.takes(",")
            if not self.takes(".."):
                self.needs("...", "'...'")
            self.takes(",")
            self.needs("K")
            return True
        return False

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
