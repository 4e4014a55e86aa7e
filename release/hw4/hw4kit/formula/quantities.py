"""Read quantities that are more than a name and an index: p(w|c), y with a hat, 1[w = o], u_{n_k}, dot(a, b)."""

from .conditions import CLOSER
from .sums import Sums
from .tree import Node, NotUnderstood, Range

PROBABILITY = {"p", "P"}


class Quantities(Sums):
    """Adds quantities to what can be read; what may stand inside of them is an expression, or an operand."""

    def expression(self) -> Node:
        """Read terms with + and - between them."""
        raise NotImplementedError

    def bracket(self, expected: str) -> Node:
        """Read one expression in brackets."""
        opened = self.ahead()
        if not self.takes(*CLOSER):
            self.fail(expected)
        with self.deeper():
            inner = self.expression()
        self.needs(CLOSER[opened.text], f"an operator or '{CLOSER[opened.text]}'")
        return inner

    def sum_of_list(self, start: int) -> Node:
        """Read (a) behind a sum that has no index, or (a for k in range(K))."""
        if not self.takes("("):
            return self.with_usual_letter(self.bracket("'_' and an index, or '('"), start)
        with self.deeper():
            body = self.expression()
        if not self.takes("for"):
            self.needs(")", "an operator or ')'")
            return self.with_usual_letter(body, start)
        letter = self.letter()
        self.needs("in")
        over = self.words()
        self.needs(")")
        return Node("sum", start, (body,), Range(letter, over))

    def subscript(self) -> str:
        """Read w, {w}, or {n_k}: the word that was the k-th sample."""
        braced = self.takes("{")
        letter = self.letter()
        if braced and letter not in "oc" and self.takes("_"):
            letter = self.subscript() if self.sees("{") else self.letter()
        if braced:
            self.needs("}")
        return letter

    def indicator(self) -> Node:
        """Read the condition behind 1 or I."""
        return self.bracketed_condition() or self.fail("a condition such as [w = o]")

    def hat(self, start: int) -> Node:
        """Read what has a hat: y, y_w or p, with its word behind it."""
        braced = self.sees("{") and self.ahead(1).text in PROBABILITY and self.ahead(2).text == "}"
        if braced or self.sees(*PROBABILITY):
            self.at += 3 if braced else 1
            return self.probability(start)
        inner = self.bracket("") if self.sees("{") else self.operand()
        if inner.kind != "quantity" or inner.data[0] != "y":
            raise NotUnderstood(inner.start, "only y and p can have a hat")
        return Node("quantity", start, (), ("yhat", inner.data[1]))

    def operand(self) -> Node:
        """Read one number, quantity or bracket."""
        raise NotImplementedError

    def pair(self, name: str, start: int, closer: str) -> Node:
        """Read a, b of dot(a, b)."""
        with self.deeper():
            first = self.expression()
            self.needs(",", "a comma and a second vector")
            second = self.expression()
        self.needs(closer)
        return Node("pair", start, (first, second), name)

    def probability(self, start: int) -> Node:
        """Read what follows p: (w), (w|c), (u_w | v_c), (W = w | C = c), _w or _{w|c}."""
        if self.takes("_"):
            if not (self.sees("{") and self.ahead(2).text == "|"):
                return Node("quantity", start, (), ("yhat", self.subscript()))
            opener = "{"
        else:
            opener = self.ahead().text
            if not self.sees("(", "["):
                self.fail("'(' and a word, as in p(w)")
        self.needs(opener)
        letter = self._word_of_event("u")
        if self.takes("|"):
            given = self._word_of_event("v")
            if given != "c":
                raise NotUnderstood(start, "the word that is given is c, as in p(w|c)")
        self.needs(CLOSER[opener])
        return Node("quantity", start, (), ("yhat", letter))

    def _word_of_event(self, vector: str) -> str:
        """Read w, u_w or W = w."""
        if self.sees(vector):
            self.at += 1
            self.needs("_")
            return self.subscript()
        if self.ahead().kind == "word" and self.ahead().text.isupper() and self.ahead(1).text == "=":
            self.at += 2
        return self.letter()
