"""What a submission shows of the training that it claims: findings for a person, never a deduction."""

from .training import TRAINING_CELLS, findings, word2vec_log

__all__ = ["TRAINING_CELLS", "findings", "word2vec_log"]
