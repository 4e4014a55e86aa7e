"""Read a formula block as the answer to a question: which of its formulas have to be the gradient, and are they?"""

from dataclasses import dataclass

from .comparison import Examiner, Question
from .grammar import Grammar
from .shorthands import expanded
from .statements import Statement, conditions_split_off, is_blank, statements, with_cases
from .tokens import tokenize
from .tree import Condition, Node, Undecidable, renamed, walk

TARGET = Condition(("w", "o"), True)


@dataclass(frozen=True)
class Reading:
    """What a block says.

    Attributes:
        question: What was asked.
        examiner: Knows the points, and the student's letter for the word.
        found: The formulas, in order, each with the name of the vector on its left-hand side.
        own: Those of them that answer the question; all, if none does.
        trees: What has to be the gradient.
    """

    question: Question
    examiner: Examiner
    found: tuple[tuple[Statement, str | None], ...]
    own: tuple[Statement, ...]
    trees: tuple[Node, ...]

    def is_right(self) -> bool:
        """Return whether all of it is right; False if nothing is.

        Raises:
            NotUnderstood: It has no meaning.
            Undecidable: It contradicts itself, or is the gradient for a vector other than its left-hand side says.
        """
        right = [self.examiner.is_right(tree) for tree in self.trees]
        if len(right) > 1 and len(self.own) > 1 and not all(right):
            raise Undecidable("it has more than one formula and does not say when each one holds")
        if not any(right):
            return False
        if not all(right):
            raise Undecidable("one of the expressions between equals signs is right and another is not")
        self._refuse_other_names()
        return True

    def _refuse_other_names(self) -> None:
        asked, names = self.question.variable, [name for _, name in self.found]
        fits = any(name in _fitting(self.question) for name in names)
        if not fits or (names == ["U"] and not self.examiner.is_right(self.trees[-1], "U")):
            raise Undecidable(f"it is the gradient for {asked}, but its left-hand side says {names[-1]}")
        for statement, name in self.found:
            if statement not in self.own and not (
                name in ("v_c", "u_o") and self.examiner.is_right(statement.values[-1], name)
            ):
                raise Undecidable(
                    f"the formula for {asked} is right, and the one for {name} is not, or was not asked for"
                )


def read(question: Question, text: str) -> Reading | None:
    """Return what a block says, None if nothing is in it. Raises NotUnderstood and Undecidable, as `Grammar` does."""
    tokens = tokenize(text)
    grammar = Grammar(expanded(tokens), question.known, question.ranges)
    if is_blank(grammar):
        if len(grammar.tokens) < len(tokens):
            raise Undecidable("it says what a shorthand means, and gives no formula")
        return None
    everything = conditions_split_off(statements(grammar))
    formulas = [statement for statement in everything if not statement.is_known]
    if not formulas:
        raise Undecidable("it says what a quantity of the sheet means, and gives no formula")
    alias = min(grammar.known - question.known, default=None)
    counts_draws = any(_holds_draws(value) for statement in formulas for value in statement.values)
    examiner = Examiner(question, alias, counts_draws=counts_draws)
    for statement in everything:
        if statement.is_known and not examiner.are_same(statement.values):
            raise Undecidable("one of its lines changes the meaning of a quantity of the sheet")
    found = [(statement, _name(statement, question, alias)) for statement in formulas]
    own = [statement for statement, name in found if name in _fitting(question)] or formulas
    trees = [_of_a_sample(tree, examiner) for tree in _trees(own, question)]
    return Reading(question, examiner, tuple(found), tuple(own), tuple(trees))


def _fitting(question: Question) -> set[str | None]:
    """Return the names on the left-hand side of formulas that answer the question."""
    return {None, question.variable, "U", "u_o"} if question.word == "w" else {None, question.variable}


def _trees(found: list[Statement], question: Question) -> list[Node]:
    """Return the formulas to compare; all of them should be right."""
    by_cases = any(statement.when not in (None, "always") for statement in found)
    about_target = [statement for statement in found if statement.variable == ("u", "o")]
    if not by_cases and not (question.word == "w" and about_target):
        return [value for statement in found for value in statement.values]
    general = [statement.values[-1] for statement in found if statement.when is None and statement not in about_target]
    return [*with_cases(found, TARGET), *(tree for tree in general if _tells_words_apart(tree))]


def _holds_draws(tree: Node) -> bool:
    return any(part.kind == "quantity" and part.data[0] == "m" for _, part in walk(tree))


def _tells_words_apart(tree: Node) -> bool:
    """Return whether a formula has the target in it already: then it has to be right for all words by itself."""
    return any(part.kind == "iverson" or (part.kind == "quantity" and part.data[0] == "y") for _, part in walk(tree))


def _of_a_sample(tree: Node, examiner: Examiner) -> Node:
    """Return the case k != o of a formula that has one for k = o, too, if that one is the gradient for u_o."""
    letters = {examiner.alias or "k", "o"}
    if examiner.question.variable != "u_k" or tree.kind != "cases" or len(tree.children) != 2:
        return tree
    for place, other in ((0, 1), (1, 0)):
        here, there = tree.data[place], tree.data[other]
        if not (here and here.equal and {*here.letters} == letters):
            continue
        if there is not None and (there.equal or {*there.letters} != letters):
            continue
        if not examiner.is_right(renamed(tree.children[place], min(letters - {"o"}), "o"), "u_o"):
            raise Undecidable("what it says for k = o is not the gradient for u_o")
        return tree.children[other]
    return tree


def _name(statement: Statement, question: Question, alias: str | None) -> str | None:
    """Return what the left-hand side differentiates by, in the letters of the question."""
    if statement.variable is None:
        return None
    name, letter = statement.variable
    if name == "U" or letter is None:
        return name
    return f"{name}_{question.word if letter == alias else letter}"


def place(text: str, start: int) -> str:
    """Return an offset as "column 7", or as "line 2, column 7" if there are more lines; both count from 1."""
    lines = text[:start].splitlines(keepends=True) or [""]
    if lines[-1].endswith(("\n", "\r")):
        lines.append("")
    column = f"column {len(lines[-1]) + 1}"
    return f"line {len(lines)}, {column}" if len(text.strip().splitlines()) > 1 else column
