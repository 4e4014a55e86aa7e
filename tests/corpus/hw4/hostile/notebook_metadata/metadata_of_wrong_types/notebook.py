"""Puts lists, numbers, texts and endless nesting where metadata should be."""


def change(notebook):
    deep = 1
    for _ in range(300):
        deep = {"deep": deep}
    strange = [None, 7, "text", [], {"nbgrader": 7}, {"nbgrader": []}, {"nbgrader": {"grade_id": 7}},
               {"nbgrader": {"grade_id": ["softmaxCostAndGradient"]}}, {"nbgrader": deep, "tags": 7}, {"tags": [7, None]}]
    for number, metadata in enumerate(strange):
        notebook["cells"].insert(number, {"cell_type": "code", "source": "", "metadata": metadata, "outputs": 7})
    notebook["cells"] += [None, 7, "cell", [], {}, {"cell_type": ["code"], "source": {"a": 1}}]
    notebook["metadata"] = deep
