"""Say of one formula whether it is right."""

from .comparison import QUESTIONS, Question
from .kinds import Kind, Result
from .reading import place, read
from .tree import NotUnderstood, Undecidable

ITEMS = tuple(QUESTIONS)
_LEFT_TO_A_PERSON = "a person decides"


def check(item_id: str, text: str | None) -> Result:
    """Return whether a formula is the gradient that an item asks for, and if not, whether it is its notation or shape.

    Never raises for what the text is. Raises KeyError for an item that asks for no formula.

    Args:
        item_id: One of ITEMS.
        text: The formula, with or without a left-hand side; None where there is no formula block.
    """
    question = QUESTIONS[item_id]
    if text is None or not text.strip():
        return Result(Kind.EMPTY, "There is no formula." if text is None else "The formula block is empty.")
    try:
        return _examined(question, text)
    except NotUnderstood as problem:
        where = place(text, problem.start)
        return Result(Kind.NOT_UNDERSTOOD, f"Not understood at {where}: {problem}; {_LEFT_TO_A_PERSON}.")
    except Undecidable as problem:
        return Result(Kind.UNDECIDED, f"Undecided: {problem}; {_LEFT_TO_A_PERSON}.")


def _examined(question: Question, text: str) -> Result:
    reading = read(question, text)
    if reading is None:
        return Result(Kind.EMPTY, "The formula block is empty.")
    if reading.is_right():
        return Result(Kind.RIGHT, "It agrees with the gradient at all random points.")
    if shape := reading.examiner.wrong_shape(reading.trees[-1]):
        return Result(Kind.WRONG_SHAPE, f"Wrong shape: this is {shape}, and the gradient is a column vector.")
    return Result(Kind.WRONG, "It differs from the gradient.")
