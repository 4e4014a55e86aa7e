"""Read a whole formula block: left-hand sides, chains of equals signs, and one formula for each case or line."""

from dataclasses import dataclass, replace

from .grammar import Grammar
from .tree import Condition, Node, NotUnderstood, once_each

_COSTS = {"J", "dJ", "L", "dL", "E", "dE", "cost", "loss"}
_LEFT_SIDES = {"d", "dj", "partial", "nabla", "grad", "gradient", *_COSTS}
_DIFFERENTIALS = {"du": "u", "dv": "v", "dU": "U"}
_LETTERS = "wkoc"  # these mean what the sheet says; any other may stand for w or k if the left-hand side says so
_SEPARATORS = (",", ";", ".", "and", "\n", "=>")
_THEN = ("then", ":", ",", "->", "=>")


@dataclass(frozen=True)
class Statement:
    """One formula of the block.

    Attributes:
        start: Offset in the text.
        variable: Vector of the left-hand side, such as ("u", "w"); None if there is none.
        values: The expressions between equals signs; they should all be the same.
        when: Where it holds: a Condition, "otherwise", "always", or None if nothing is said.
    """

    start: int
    variable: tuple[str, str | None] | None
    values: tuple[Node, ...]
    when: Condition | str | None

    @property
    def is_known(self) -> bool:
        """Whether this repeats what a quantity or function of the sheet is, as in yhat_w = ..., and is no gradient."""
        begins = self.values[0].kind
        return self.variable is None and len(self.values) > 1 and begins in ("quantity", "call")


def is_blank(grammar: Grammar) -> bool:
    """Return whether there is nothing, or a left-hand side and nothing behind it. Moves nothing."""
    begin = grammar.at
    while grammar.takes(*_SEPARATORS):
        pass
    if grammar.ahead().kind != "end":
        _left_side(grammar)
    blank = grammar.ahead().kind == "end"
    grammar.at = begin
    return blank


def statements(grammar: Grammar) -> list[Statement]:
    """Read all there is, from the beginning of the block. A left-hand side dJ/du_j makes j known to the grammar."""
    found: list[Statement] = []
    while True:
        while grammar.takes(*_SEPARATORS):
            pass
        if found and _is_range_alone(grammar):
            continue
        if grammar.ahead().kind == "end" and found:
            return found
        found.append(_statement(grammar))
        if not (grammar.sees(*_SEPARATORS, "else", "otherwise") or grammar.ahead().kind == "end" or found[-1].when):
            grammar.fail("an operator or the end")


def _is_range_alone(grammar: Grammar) -> bool:
    """Step over "k = 1, ..., K" on its own, between separators; return whether it was there."""
    begin = grammar.at
    if grammar.case() == "always" and (grammar.sees(*_SEPARATORS) or grammar.ahead().kind == "end"):
        return True
    grammar.at = begin
    return False


def _statement(grammar: Grammar) -> Statement:
    start, begin = grammar.ahead().start, grammar.at
    when = grammar.case()
    if when is not None and grammar.ahead(-1).text in (")", "]") and not grammar.sees(*_THEN):
        grammar.at, when = begin, None  # (w = o) a + (w != o) b: a factor of the first term
    if when is not None:
        grammar.takes(*_THEN)
        grammar.takes("\n")
    variable = _left_side(grammar)
    if variable and variable[0] == "u" and variable[1] and variable[1] not in _LETTERS:
        grammar.known.add(variable[1])
    values = [grammar.expression()]
    while grammar.takes("="):
        values.append(grammar.expression())
    if when is None:
        when = grammar.case()
    grammar.shape()
    return Statement(start, variable, tuple(values), when)


def _left_side(grammar: Grammar) -> tuple[str, str | None] | None:
    """Step over a left-hand side and its equals sign; return the last vector in it."""
    if grammar.takes("="):
        return None
    opening = [grammar.ahead(number).text for number in range(3)]
    if not (opening[0] in _LEFT_SIDES or (opening[:2] == ["frac", "{"] and opening[2] in _LEFT_SIDES)):
        return None
    variable, depth = None, 0
    while not (grammar.sees("=", ":") and depth <= 0):
        token = grammar.ahead()
        if token.kind in ("end", "newline"):
            grammar.fail("'=' behind the left-hand side")
        depth += (token.text in ("(", "[", "{", "\\{")) - (token.text in (")", "]", "}", "\\}"))
        grammar.at += 1
        if token.text in _COSTS:
            _step_over_arguments(grammar)
        name = _DIFFERENTIALS.get(token.text, token.text)
        if name in ("u", "v", "U"):
            variable = (name, _letter_of(grammar))
    grammar.at += 1
    return variable


def _step_over_arguments(grammar: Grammar) -> None:
    """Step over what the cost depends on, in J_{neg}(v_c, o, U)."""
    if grammar.takes("_"):
        grammar.at += 0 if grammar.sees("{") else 1
    for opener, closer in (("{", "}"), ("(", ")")):
        depth = 0
        while (depth or grammar.sees(opener)) and grammar.ahead().kind != "end":
            depth += grammar.sees(opener) - grammar.sees(closer)
            grammar.at += 1


def _letter_of(grammar: Grammar) -> str | None:
    """Return the index that follows, the k of {n_k}, without stepping over it."""
    following = [grammar.ahead(number).text for number in range(5)]
    if following[0] != "_":
        return None
    if following[1] != "{":
        return following[1]
    return following[4] if following[3] == "_" and following[2] not in "oc" else following[2]


def with_cases(found: list[Statement], special: Condition) -> list[Node]:
    """Return one tree for each step of the chains, in which the statements are the cases.

    Args:
        found: Statements of which some hold for some words only; one without a condition means the other words.
        special: The case that a left-hand side for u_o means, w = o.
    """
    conditions: list[Condition | None] = []
    for statement in found:
        when = statement.when
        if when is None and statement.variable == ("u", "o"):
            when = special
        elif when is None and statement.variable is None and statement is not found[-1]:
            raise NotUnderstood(statement.start, "for which words is this line true?")
        conditions.append(when if isinstance(when, Condition) else None)
    pairs = sorted(zip(conditions, found, strict=True), key=lambda pair: pair[0] is None)
    conditions, found = [condition for condition, _ in pairs], [statement for _, statement in pairs]
    once_each(conditions, [statement.start for statement in found])
    longest = max(len(statement.values) for statement in found)
    steps = [[statement.values[min(step, len(statement.values) - 1)] for statement in found] for step in range(longest)]
    return [Node("cases", found[0].start, tuple(nodes), tuple(conditions)) for nodes in steps]


def conditions_split_off(found: list[Statement]) -> list[Statement]:
    """Return the statements with a condition in brackets at their end, "v_c (w = o)", taken for their case.

    In a single formula such a bracket is a factor of 1 or 0, as in (a)(w = o) + (b)(w != o).
    """
    return [_split_off(statement) for statement in found] if len(found) > 1 else found


def _split_off(statement: Statement) -> Statement:
    last = statement.values[-1]
    if statement.when or last.kind != "product" or last.children[-1].kind != "iverson" or last.data[-1] != "":
        return statement
    rest = last.children[:-1]
    node = replace(last, children=rest, data=last.data[:-1]) if len(rest) > 1 else rest[0]
    return Statement(statement.start, statement.variable, (*statement.values[:-1], node), last.children[-1].data)
