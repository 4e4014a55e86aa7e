"""Repeats every graded cell ten times, with a score of its own in each."""


import copy


def change(notebook):
    for cell in list(notebook["cells"]):
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            for number in range(10):
                twin = copy.deepcopy(cell) | {"source": f"{7 + number}.0", "id": f"{cell['id']}{number}"}
                notebook["cells"].append(twin)
