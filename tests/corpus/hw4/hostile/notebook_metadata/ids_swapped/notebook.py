"""Gives a right solution the id of a wrong one, and the other way round."""


def change(notebook):
    cells = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in notebook["cells"]}
    first, second = cells["softmaxCostAndGradient_solution"], cells["negSamplingCostAndGradient_solution"]
    first["metadata"], second["metadata"] = second["metadata"], first["metadata"]
