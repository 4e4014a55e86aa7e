"""Read the tokens of an expression into a tree, by recursive descent.

Written for this notation, because no library at hand takes it: a product needs no sign, LaTeX and plain text may be
mixed, an index is bound by its sum, and what cannot be read is shown at its place. Nothing is evaluated as Python.
"""

from dataclasses import replace

from .conditions import CLOSER
from .sums import Sums
from .tree import Condition, Node, NotUnderstood, once_each

_QUANTITIES = {"u", "v", "y", "yhat", "U", "K", "V"}
_SHORT = {"vc": ("v", "c"), "uo": ("u", "o"), "uk": ("u", "k"), "uw": ("u", "w"), "yw": ("y", "w"), "yo": ("y", "o")}
_PROBABILITY = {"p", "P"}
_CALLS = {"sigma", "exp", "log", "softmax"}
_PAIRS = {"dot": "dot", "inner": "dot", "outer": "outer"}
_STARTS = _QUANTITIES | _PROBABILITY | _CALLS | {*_SHORT, *_PAIRS, *"e I hat frac sum delta transpose begin".split()}
_OPERAND = "a quantity such as v_c, a number or a bracket"
EULER = 2.718281828459045
_MOST_SCRIPTS = 3  # u^T_o has 2


class Grammar(Sums):
    """Reads expressions: sums, products, powers, functions, cases."""

    def expression(self) -> Node:
        """Read terms with + and - between them."""
        start = self.ahead().start
        terms: list[Node] = []
        signs: list[int] = []
        while not terms or self.sees("+", "-"):
            signs.append(self._sign())
            terms.append(self._product())
        return terms[0] if signs == [1] else Node("add", start, tuple(terms), tuple(signs))

    def _sign(self) -> int:
        sign = 1
        while self.sees("+", "-"):
            sign = -sign if self.sees("-") else sign
            self.at += 1
        return sign

    def _product(self) -> Node:
        """Read factors; * / · @ or nothing stands between them."""
        factors: list[Node] = []
        bracketed: list[bool] = []
        operators: list[str] = []
        begin = self.ahead().start
        while True:
            start = self.ahead().start
            sign = self._sign() if operators and operators[-1] else 1
            bracketed.append(self.sees(*CLOSER))
            factor = self._factor()
            factors.append(Node("add", start, (factor,), (-1,)) if sign < 0 else factor)
            if factor.kind == "head" and (sign < 0 or not self._at_factor()):
                self.fail(_OPERAND)
            operator = self._operator()
            if operator is None:
                return replace(self.folded(factors, bracketed, operators), start=begin)
            operators.append(operator)

    def _operator(self) -> str | None:
        """Step over what stands between two factors; None where no factor follows."""
        if self.sees("*", "/", "·", "@") or (self.sees(".") and self.ahead(1).kind not in ("end", "newline")):
            self.at += 1
            return self.ahead(-1).text.replace(".", "·")
        return "" if self._at_factor() else None

    def _at_factor(self) -> bool:
        if self.sees("|"):
            return self.ahead(1).text == "V"
        return self.ahead().kind == "number" or self.sees(*_STARTS, *CLOSER, "<")

    def _factor(self) -> Node:
        if not self.sees("sum"):
            return self._with_scripts(self._atom())
        start, head = self.ahead().start, self.sum_head()
        if head is not None:
            return head
        return self._with_scripts(self.with_usual_letter(self._bracket("'_' and an index, or '('"), start))

    def _with_scripts(self, node: Node) -> Node:
        """Read what stands behind an operand: index, transpose, power."""
        raised = False
        for _ in range(_MOST_SCRIPTS + 1):
            start = node.start
            if self.sees("_"):
                node = self._indexed(node)
            elif node.kind == "quantity" and not node.data[1] and self.sees("[") and self.ahead(2).text == "]":
                self.at += 1
                node = Node("quantity", start, (), (node.data[0], self.letter()))
                self.needs("]")
            elif self.sees(".") and self.ahead(1).text == "T":
                self.at += 2
                node = Node("transpose", start, (node,))
            elif self.sees("^") and not raised:
                self.at += 1
                node = self._raised(node)
                raised = node.kind == "power"  # a^b^c would need to say which comes first
            else:
                return node
        self.fail("an operator")

    def _indexed(self, node: Node) -> Node:
        """Give an index to u, v, y, yhat, or to a bracket that has one number for each word."""
        if node.kind == "quantity" and node.data == ("y", None) and self.ahead(1).text == "hat":
            self.at += 2
            return Node("quantity", node.start, (), ("yhat", None))
        if node.kind == "transpose":
            return Node("transpose", node.start, (self._indexed(node.children[0]),))
        self.needs("_")
        letter = self._subscript()
        if node.kind == "quantity" and not node.data[1]:
            return Node("quantity", node.start, (), (node.data[0], letter))
        return Node("index", node.start, (node,), letter)

    def _subscript(self) -> str:
        """Read w, {w}, or {n_k}: the word that was the k-th sample."""
        braced = self.takes("{")
        letter = self.letter()
        if braced and self.takes("_"):
            letter = self.letter()
        if braced:
            self.needs("}")
        return letter

    def _raised(self, base: Node) -> Node:
        if self.takes("T"):
            return Node("transpose", base.start, (base,))
        if self.sees("{", "(") and self.ahead(1).text == "T" and self.ahead(2).text == CLOSER[self.ahead().text]:
            self.at += 3
            return Node("transpose", base.start, (base,))
        start, sign = self.ahead().start, self._sign()
        exponent = self._bracket("") if self.sees("{", "(") else self._atom()
        return Node("power", base.start, (base, Node("add", start, (exponent,), (-1,)) if sign < 0 else exponent))

    def _bracket(self, expected: str) -> Node:
        """Read one expression in brackets."""
        opened = self.ahead()
        if not self.takes(*CLOSER):
            self.fail(expected)
        with self.deeper():
            inner = self.expression()
        self.needs(CLOSER[opened.text], f"an operator or '{CLOSER[opened.text]}'")
        return inner

    def _atom(self) -> Node:
        token = self.ahead()
        start, text = token.start, token.text
        if self.sees(*CLOSER):
            return self.bracketed_condition() or self._bracket("")
        if self.takes("<"):
            return self._pair("dot", start, ">")
        if self.takes("|"):
            self.needs("V")
            self.needs("|")
            return Node("quantity", start, (), ("V", None))
        if self.takes("begin"):
            return self._cases(start)
        if token.kind == "number":
            self.at += 1
            if text == "1" and self.takes("_"):
                return self._indicator()
            return Node("number", start, (), float(text))
        if token.kind != "word" or text not in _STARTS or text == "sum":
            self.fail(_OPERAND)
        self.at += 1
        if text in _QUANTITIES or text in _SHORT:
            return Node("quantity", start, (), _SHORT.get(text, (text, None)))
        return self._named(text, start)

    def _named(self, text: str, start: int) -> Node:
        """Read what follows the name of a function or of a constant."""
        if text == "e":
            return Node("number", start, (), EULER)
        if text == "I":
            self.takes("_")
            return self._indicator()
        if text == "delta":
            return self.delta(start)
        if text in _PROBABILITY:
            return self._probability(start)
        with self.deeper():
            if text == "hat":
                return self._hat(start)
            if text == "frac":
                parts = [self._bracket("") if self.sees("{") else self._atom() for _ in range(2)]
                return Node("product", start, tuple(parts), ("/",))
            if text in _PAIRS:
                self.needs("(", f"'(' behind {text}")
                return self._pair(_PAIRS[text], start, ")")
            if text != "transpose" and self.sees(*_CALLS, "frac"):  # \log\sigma(x)
                return Node("call", start, (self._atom(),), text)
            argument = self._bracket(f"'(' behind {text}")
        return Node("transpose", start, (argument,)) if text == "transpose" else Node("call", start, (argument,), text)

    def _indicator(self) -> Node:
        return self.bracketed_condition() or self.fail("a condition such as [w = o]")

    def _hat(self, start: int) -> Node:
        inner = self._bracket("") if self.sees("{") else self._atom()
        if inner.kind != "quantity" or inner.data[0] != "y":
            raise NotUnderstood(inner.start, "only y can have a hat")
        return Node("quantity", start, (), ("yhat", inner.data[1]))

    def _pair(self, name: str, start: int, closer: str) -> Node:
        with self.deeper():
            first = self.expression()
            self.needs(",", "a comma and a second vector")
            second = self.expression()
        self.needs(closer)
        return Node("pair", start, (first, second), name)

    def _probability(self, start: int) -> Node:
        """Read what follows p: (w), (w|c), (w | v_c) or _w."""
        if self.takes("_"):
            return Node("quantity", start, (), ("yhat", self._subscript()))
        self.needs("(", "'(' and a word, as in p(w)")
        letter = self.letter()
        if self.takes("|"):
            if self.takes("v"):
                self.needs("_")
            self.needs("c")
        self.needs(")")
        return Node("quantity", start, (), ("yhat", letter))

    def _cases(self, start: int) -> Node:
        formulas: list[Node] = []
        conditions: list[Condition | None] = []
        starts: list[int] = []
        with self.deeper():
            while not self.takes("finish"):
                starts.append(self.ahead().start)
                formulas.append(self.expression())
                self.takes(",")
                self.takes("&")
                case = self.case()
                if case in (None, "always"):
                    self.fail("a case such as w = o, or otherwise")
                conditions.append(case if isinstance(case, Condition) else None)
                self.takes(",") or self.takes(".")
                if not self.takes("\\\\") and not self.sees("finish"):
                    self.fail("the next case")
        once_each(conditions, starts)
        if not formulas:
            raise NotUnderstood(start, "no case is given")
        return Node("cases", start, tuple(formulas), tuple(conditions))
