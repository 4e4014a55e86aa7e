"""The error of a training cell: one sentence instead of a traceback."""

STOPPED_EARLY = "You stopped before the first step, so that nothing was trained: run this cell again."


class CannotTrain(Exception):
    """Training cannot start or continue; the text is one sentence that names the function at fault."""

    def _render_traceback_(self) -> list[str]:
        """Show the sentence alone in a notebook: a traceback through the training program would not help."""
        return [f"{type(self).__name__}: {self}"]
