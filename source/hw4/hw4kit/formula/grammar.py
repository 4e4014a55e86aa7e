"""Read the tokens of an expression into a tree, by recursive descent.

Written for this notation, because no library at hand takes it: a product needs no sign, LaTeX and plain text may be
mixed, an index is bound by its sum, and what cannot be read is shown at its place. Nothing is evaluated as Python.
"""

from dataclasses import replace

from .conditions import CLOSER
from .cursor import is_letter
from .quantities import PROBABILITY, Quantities
from .tree import Condition, Node, NotUnderstood, once_each

_QUANTITIES = {"u", "v", "y", "yhat", "U", "K", "V", "m"}
_SHORT = {"vc": ("v", "c"), "uo": ("u", "o"), "uk": ("u", "k"), "uw": ("u", "w"), "yw": ("y", "w"), "yo": ("y", "o")}
_CALLS = {"sigma", "exp", "log", "softmax"}
_PAIRS = {"dot": "dot", "inner": "dot", "outer": "outer"}
_STARTS = _QUANTITIES | PROBABILITY | _CALLS | {*_SHORT, *_PAIRS, *"e I hat frac sum delta transpose begin".split()}
_OPERAND = "a quantity such as v_c, a number or a bracket"
EULER = 2.718281828459045
_TRANSPOSED = ("T", "t", "'")
_MOST_SCRIPTS = 3  # u^T_o has 2


class Grammar(Quantities):
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
            bracketed.append(self.sees(*CLOSER) and self.ahead().kind != "shorthand")
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
        if self.sees("*", "/", "·", "@", "⊗") or (self.sees(".") and self.ahead(1).kind not in ("end", "newline")):
            self.at += 1
            return self.ahead(-1).text.replace(".", "·")
        return "" if self._at_factor() else None

    def _at_factor(self) -> bool:
        if self.sees("(") and self.begins_span(1):
            return False
        if self.sees("|"):
            return self.ahead(1).text == "V"
        return self.ahead().kind == "number" or self.sees(*_STARTS, *CLOSER, "<")

    def _factor(self) -> Node:
        if not self.sees("sum"):
            return self._with_scripts(self.operand())
        start, head = self.ahead().start, self.sum_head()
        if head is not None:
            return head
        return self._with_scripts(self.sum_of_list(start))

    def _with_scripts(self, node: Node) -> Node:
        """Read what stands behind an operand: index, transpose, power."""
        raised = False
        for _ in range(_MOST_SCRIPTS + 1):
            start = node.start
            if self.sees("_") or (self.sees("[") and is_letter(self.ahead(1)) and self.ahead(2).text == "]"):
                node = self._indexed(node)
            elif node.kind == "quantity" and node.data[0] in ("u", "v", "U") and self.takes("'"):
                node = Node("transpose", start, (node,))
            elif self.sees(".") and self.ahead(1).text == "dot" and self.ahead(2).text == "(":
                self.at += 2
                node = Node("pair", start, (node, self.bracket("")), "dot")
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
        closer = "]" if self.takes("[") else ""
        if not closer:
            self.needs("_")
        letter = self.letter() if closer else self.subscript()
        if closer:
            self.needs(closer)
        if node.kind == "quantity" and not node.data[1]:
            return Node("quantity", node.start, (), (node.data[0], letter))
        return Node("index", node.start, (node,), letter)

    def _raised(self, base: Node) -> Node:
        if self.takes(*_TRANSPOSED):
            return Node("transpose", base.start, (base,))
        if (
            self.sees("{", "(")
            and self.ahead(1).text in _TRANSPOSED
            and self.ahead(2).text == CLOSER[self.ahead().text]
        ):
            self.at += 3
            return Node("transpose", base.start, (base,))
        start, sign = self.ahead().start, self._sign()
        exponent = self.bracket("") if self.sees("{", "(") else self.operand()
        return Node("power", base.start, (base, Node("add", start, (exponent,), (-1,)) if sign < 0 else exponent))

    def operand(self) -> Node:
        """Read one number, quantity, function or bracket."""
        token = self.ahead()
        start, text = token.start, token.text
        if self.sees(*CLOSER):
            return self.bracketed_condition() or self.bracket("")
        if self.takes("<"):
            return self.pair("dot", start, ">")
        if self.takes("|"):
            self.needs("V")
            self.needs("|")
            return Node("quantity", start, (), ("V", None))
        if self.takes("begin"):
            return self._cases(start)
        if token.kind == "number":
            self.at += 1
            if text == "1" and self.takes("_"):
                return self.indicator()
            condition = self.bracketed_condition() if text == "1" else None
            return condition or Node("number", start, (), float(text))
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
            return self.indicator()
        if text == "delta":
            return self.delta(start)
        if text in PROBABILITY:
            return self.probability(start)
        with self.deeper():
            if text == "hat":
                return self.hat(start)
            if text == "frac":
                parts = [self.bracket("") if self.sees("{") else self.operand() for _ in range(2)]
                return Node("product", start, tuple(parts), ("/",))
            if text in _PAIRS:
                self.needs("(", f"'(' behind {text}")
                return self.pair(_PAIRS[text], start, ")")
            if text != "transpose" and self.sees(*_CALLS, "frac"):  # \log\sigma(x)
                return Node("call", start, (self.operand(),), text)
            argument = self.bracket(f"'(' behind {text}")
        return Node("transpose", start, (argument,)) if text == "transpose" else Node("call", start, (argument,), text)

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
