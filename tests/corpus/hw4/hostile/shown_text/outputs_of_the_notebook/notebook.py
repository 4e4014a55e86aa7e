"""Fills the outputs and the markdown of the notebook with scripts, with false results and with what is no output."""

HTML = "<script>alert(document.domain)</script><iframe src=javascript:alert(1)></iframe>"


def change(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [
                {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "7.0"}},
                {"output_type": "display_data", "metadata": {}, "data": {"text/html": HTML, "image/svg+xml": HTML}},
                {"output_type": "display_data", "metadata": {}, "data": {"application/javascript": "alert(1)"}},
                {"output_type": "stream", "name": "stdout", "text": "\x1b[2Jpassed"},
                {"output_type": "error", "ename": HTML, "evalue": HTML, "traceback": [HTML, 7, None]},
                "not an output",
            ]
        else:
            cell["source"] = HTML
