"""Read what a sum runs over, and settle how far it reaches."""

from collections.abc import Collection, Iterable, Mapping

from .conditions import Conditions
from .tokens import Token
from .tree import Node, NotUnderstood, Range, Undecidable, free_letters

MOST_SUMS = 12  # a gradient with the softmax spelled out for both cases has 3


class Sums(Conditions):
    """Adds the heads of sums to what can be read.

    Args:
        tokens: What `tokenize` returned.
        known: Index letters that have a meaning outside of sums.
        ranges: "V" or "K" for the letters of sums that need not say what they run over.
    """

    def __init__(self, tokens: list[Token], known: Iterable[str], ranges: Mapping[str, str]) -> None:
        super().__init__(tokens, known, ranges)
        self._sums = 0

    def sum_head(self) -> Node | None:
        """Step over sum_w, sum_{k=1}^K and the like; None if sum has no index."""
        start = self.ahead().start
        self.needs("sum")
        self._sums += 1
        if self._sums > MOST_SUMS:
            raise Undecidable(f"it has more than {MOST_SUMS} sums")
        low, upper, lower = "", None, None
        for _ in range(2):
            if lower is None and self.takes("_"):
                lower, low = self._lower()
            elif upper is None and self.takes("^"):
                upper = self._upper()
        if lower is None:
            if upper is not None:
                self.fail("'_' and an index")
            return None
        if upper is not None:
            if lower.over:
                raise NotUnderstood(start, "the sum states its range twice")
            over, highest = upper
            if highest != {"": "", "1": "", "0": "-1"}[low]:
                raise NotUnderstood(start, f"a sum goes from 1 to {over}")
        elif low:
            self.fail("'^' and V or K")
        else:
            over = lower.over or self._usual(lower.letter, start)
        if lower.without and over == "K":
            raise NotUnderstood(start, "only a sum over V can leave out a word")
        return Node("head", start, (), Range(lower.letter, over, lower.without))

    def _usual(self, letter: str, start: int) -> str:
        usual = self.ranges.get(letter.rstrip("'"))
        if usual is None:
            raise NotUnderstood(start, f"a sum over {letter} must state its range, as in sum_{{{letter}=1}}^V")
        return usual

    def _lower(self) -> tuple[Range, str]:
        """Read w, {w}, {k=1}, {k=1..K}, {w in V}, {x != w} or {x in V, x != w}; with it where counting begins."""
        closer = "}" if self.takes("{") else ")" if self.takes("(") else ""
        if self.ahead().text == "1" and self.ahead(1).text == "<=":
            return self._between(closer)
        letter, over, low, without = self.letter(), "", "", None
        if self.sees("=") and (closer or self.ahead(1).kind == "number"):
            self.at += 1
            low = self.ahead().text
            if low not in ("0", "1"):
                self.fail("1")
            self.at += 1
            if closer and self.sees("..", "...", ","):
                self.takes(",")
                if self.takes("..", "..."):
                    self.takes(",")
                    over, minus = self.last_word()
                    low = "" if minus == {"1": "", "0": "-1"}[low] else self.fail("a sum from 1")
                else:
                    without = self._left_out(letter)
        elif closer and self.takes("in"):
            over = self.words()
        elif closer and self.sees("!="):
            self.at -= 1
            without = self._left_out(letter)
        if closer and self.takes(","):
            without = self._left_out(letter)
        if closer:
            self.needs(closer)
        return Range(letter, over, without), low

    def _between(self, closer: str) -> tuple[Range, str]:
        """Read 1 <= k <= K."""
        self.at += 2
        letter = self.letter()
        self.needs("<=")
        over, _ = self.last_word()
        if closer:
            self.needs(closer)
        return Range(letter, over), ""

    def _left_out(self, letter: str) -> str:
        condition = self.condition()
        if condition is None or condition.equal or condition.letters[0] != letter:
            self.fail(f"a word to leave out, as in {letter} != o")
        self.at += 3
        return condition.letters[1]

    def _upper(self) -> tuple[str, str]:
        """Read K, {K}, {K-1} or {10}, or the same with V."""
        braced = self.takes("{")
        found = self.last_word()
        if braced:
            self.needs("}")
        return found

    def with_usual_letter(self, body: Node, start: int) -> Node:
        """Return the sum over `body` that was written without an index: there has to be one letter for it only."""
        letters = free_letters(body) - self.known
        if len(letters) != 1:
            raise NotUnderstood(start, "this sum needs an index, as in sum_w(...) or sum_k(...)")
        letter = next(iter(letters))
        return Node("sum", start, (body,), Range(letter, self._usual(letter, start)))

    def folded(self, factors: list[Node], bracketed: list[bool], operators: list[str]) -> Node:
        """Return the product of the factors, in which every head of a sum has got what it sums.

        A sum reaches to the last factor that holds its index: so sum_k(a_k) u_k is what it looks like in LaTeX, and
        a / sum_x(b_x) v_c divides by the sum alone. Factors without the index may stand inside or outside.
        """
        for place in reversed(range(len(factors))):
            head = factors[place]
            if head.kind != "head":
                continue
            tail, between = factors[place + 1 :], operators[place + 1 :]
            last = max((i for i, node in enumerate(tail) if head.data.letter in free_letters(node)), default=0)
            looks_closed = bracketed[place + 1] or (place > 0 and operators[place - 1] == "/")
            if tail[0].kind == "power" and bracketed[place + 1]:
                raise NotUnderstood(tail[0].start, "is the sum raised, or its terms? Put brackets around all of it")
            if last and looks_closed and head.data.letter in self.known:
                why = f"does the sum over {head.data.letter} include this? Use another index in the sum, such as x"
                raise NotUnderstood(tail[last].start, why)
            body = product(tail[: last + 1], between[:last])
            factors = [*factors[:place], Node("sum", head.start, (body,), head.data), *tail[last + 1 :]]
            operators = [*operators[:place], *between[last:]]
        return product(factors, operators)


def product(factors: Collection[Node], operators: Collection[str]) -> Node:
    """Return the factors as one node."""
    first, *others = factors
    return Node("product", first.start, tuple(factors), tuple(operators)) if others else first
