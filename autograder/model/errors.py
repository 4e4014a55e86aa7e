"""The three exceptions of the engine, one for each party that can be at fault."""

from ..handin.problems import Unusable
from .report import Verdict


class SubmissionError(Unusable):
    """Something in a submission is at fault; the text is one sentence that its author can act on."""

    def __init__(self, message: str, verdict: Verdict = Verdict.ERROR) -> None:
        super().__init__(message)
        self.verdict = verdict


class GraderFault(Exception):
    """Something of ours is at fault; no score may be derived from it and a person must look."""


class ConfigError(Exception):
    """The instructor's files or settings are at fault; the text says what, why and what to do."""
