"""Gives points that are no numbers, so that adding them up breaks."""


def change(notebook):
    for cell in notebook["cells"]:
        meta = cell["metadata"].get("nbgrader", {})

        if meta:
            meta["points"] = [-1, None, "NaN", {"a": 1}, 1e400, True][len(cell["source"]) % 6]
