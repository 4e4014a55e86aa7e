"""Claims a thousand points for every item."""


def change(notebook):
    for cell in notebook["cells"]:
        meta = cell["metadata"].get("nbgrader", {})

        if meta.get("grade"):
            meta["points"] = 1000
            meta["cell_type"] = "code"
