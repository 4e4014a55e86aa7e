"""The instructor's own answers, as people read them beside a student's."""

import re

from markupsafe import Markup

from ..course.source_notebook import metadata
from ..formats.markdown_to_html import markdown_to_html
from ..model.assignment import Assignment

SOLUTION = "_solution"  # what the id of a code item's solution cell ends in
_REGION_LINE = re.compile(r"^.*(?:BEGIN|END) SOLUTION.*\n?", re.MULTILINE)
_REGION = re.compile(r"<!-- BEGIN SOLUTION -->\n(.*?)<!-- END SOLUTION -->", re.DOTALL)


def model_answers(assignment: Assignment) -> dict[str, Markup]:
    """Return the instructor's answer to every item as HTML."""
    answers = {
        item.id: markdown_to_html(item.model_answer)
        for name in assignment.sheets
        for item in assignment.sheet(name).items
    }
    for name in assignment.notebooks:
        for cell in assignment.source_notebook(name).cells:
            meta = metadata(cell)
            if not meta.get("solution"):
                continue
            if cell.cell_type == "code":
                code = _REGION_LINE.sub("", cell.source)
                answers[meta["grade_id"].removesuffix(SOLUTION)] = Markup("<pre>{}</pre>").format(code)
            elif region := _REGION.search(cell.source):
                answers[meta["grade_id"]] = markdown_to_html(region[1])
    return answers
