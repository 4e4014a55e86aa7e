"""Saves a log of the GAN's training whose losses are sequences for a terminal, marks of direction and markup."""

LOG = (
    "30 steps in 1.0 minutes; seed 1.\n"
    "Mean losses of the last 30 steps: D \x1b]0;owned\x07\u202e, G <script>alert(1).\n"
)


def change(notebook):
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "train_gan":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": LOG}]
