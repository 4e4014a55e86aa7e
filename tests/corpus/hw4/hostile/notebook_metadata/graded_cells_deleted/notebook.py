"""Deletes the cells that carry points."""


def change(notebook):
    kept = [cell for cell in notebook["cells"] if not cell["metadata"].get("nbgrader", {}).get("grade")]
    notebook["cells"] = kept
