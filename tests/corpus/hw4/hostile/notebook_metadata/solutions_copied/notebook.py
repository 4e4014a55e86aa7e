"""Repeats a solution with a better one behind it, under the same id: what is defined last counts."""


import copy


def change(notebook):
    for number, cell in enumerate(notebook["cells"]):
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "softmaxCostAndGradient_solution":
            wrong = copy.deepcopy(cell)
            wrong["source"] = "def softmaxCostAndGradient(*args):\n    return None"
            notebook["cells"].insert(number, wrong)
            return
