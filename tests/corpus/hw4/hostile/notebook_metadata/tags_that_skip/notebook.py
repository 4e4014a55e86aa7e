"""Tags every cell so that other tools would skip, hide or remove it."""


def change(notebook):
    for cell in notebook["cells"]:
        meta = cell["metadata"].get("nbgrader", {})

        cell["metadata"]["tags"] = ["skip-execution", "remove-cell", "raises-exception", "training", "try", "mark-scheme"]
