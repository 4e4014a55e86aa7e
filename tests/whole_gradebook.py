"""Everything that matters in a gradebook, for comparison."""

from __future__ import annotations

from typing import Any

from nbgrader import api


def dump(db_url: str) -> dict[str, Any]:
    """Return everything that matters in a gradebook, without ids and in a fixed order, for comparison.

    The submissions are listed by student, notebook and cell, with the scores of machine and person, the flag that a
    person is needed, and both comments.
    """
    with api.Gradebook(db_url) as book:
        return {row.name: _dump_assignment(row) for row in book.assignments}


def _dump_assignment(row: api.Assignment) -> dict[str, Any]:
    return {
        "notebooks": {
            book.name: {
                "grade_cells": {cell.name: (cell.cell_type, cell.max_score) for cell in book.grade_cells},
                "solution_cells": sorted(cell.name for cell in book.solution_cells),
                "source_cells": {
                    cell.name: (cell.cell_type, cell.locked, cell.source, cell.checksum) for cell in book.source_cells
                },
                "kernelspec": book.kernelspec,
            }
            for book in row.notebooks
        },
        "submissions": {submission.student_id: _dump_submission(submission) for submission in row.submissions},
    }


def _dump_submission(row: api.SubmittedAssignment) -> dict[str, Any]:
    return {
        book.name: {
            "grades": {
                grade.name: (grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade)
                for grade in book.grades
            },
            "comments": {comment.name: (comment.auto_comment, comment.manual_comment) for comment in book.comments},
            "late_submission_penalty": book.late_submission_penalty,
        }
        for book in row.notebooks
    }
