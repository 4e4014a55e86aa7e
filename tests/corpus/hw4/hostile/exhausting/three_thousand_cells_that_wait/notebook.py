"""Puts thousands of cells in front, each of which stays just below the limit of a cell."""


def change(notebook):
    cell = {"cell_type": "code", "source": "import time\ntime.sleep(0.2)", "metadata": {}, "outputs": []}
    notebook["cells"][:0] = [cell | {"id": f"wait{number}", "execution_count": None} for number in range(3000)]
