"""Puts a hundred cells in front, each of which ends the process: each costs a new one that runs the others again."""


def change(notebook):
    cell = {"cell_type": "code", "source": "import os\nos._exit(1)", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"][:0] = [cell | {"id": f"exit{number}"} for number in range(100)]
