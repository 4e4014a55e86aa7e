"""Deletes every cell that it was given: imports and helpers are put back."""


def change(notebook):
    for cell in list( notebook["cells"]):
        meta = cell["metadata"].get("nbgrader", {})

        if not meta.get("solution"):
            notebook["cells"].remove(cell)
