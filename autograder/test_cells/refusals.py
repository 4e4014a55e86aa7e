"""What a test may not ask of the student's objects, and in which words it is refused."""

import special_names

COMPARE_DATA = "compare data of it instead, such as an attribute"


class Refused(BaseException):
    """A test asked what only the student's object could answer for itself; such a cell cannot pass."""


def of_special(name: str, class_name: str) -> str:
    """Return the sentence for a special method that is not asked."""
    what = f"an object of the class {class_name}"
    if name in special_names.COMPARISONS:
        sign = special_names.COMPARISONS[name]
        return f"`{sign}` would let {what} decide for itself; {COMPARE_DATA}, or call `x.{name}(y)`."
    if name == "__bool__":
        return f"Whether {what} is true would be its own word; {COMPARE_DATA}, or `len(x) > 0`."
    if name in special_names.CONVERSIONS:
        asked = special_names.CONVERSIONS[name]
        return f"`{asked}` would let {what} choose the value; use data of it, or call `x.{name}()`."
    if name == "__array__":
        return f"{what[0].upper()}{what[1:]} is no array; make a list of its entries, or use its attributes."
    return f"`{name}` is not asked of {what}; use data of it, such as an attribute."


def of_source(source: str, kind: str) -> str:
    """Return the sentence for an object where the instructor's solution gives data."""
    asked, _, name = source.partition(":")
    subject = {
        "call": f"`{name}` returned", "method": f"The method `{name}` returned", "name": f"`{name}` is",
        "attribute": f"The attribute `{name}` is", "operator": f"`{name}` returned", "item": "An entry is",
        "iteration": "An entry of what is iterated over is",
        "argument": f"The code called `{name or 'a function'}` with",
        "raised": "An exception holds", "changed": "The code put into a list or the like",
        "masked": "Entries are masked in", "missing": "Entries are missing (`pd.NA`) in",
        "set": f"The code changed `{name}` of an object of the test: there is",
    }.get(asked, "There is")  # fmt: skip
    return f"{subject} {kind}; the test expects plain data."
