"""What a submission shows of how it trained and got its gradients: findings for a person, never a deduction."""

from .training import TRAINING_CELLS, findings, word2vec_log

__all__ = ["TRAINING_CELLS", "findings", "word2vec_log"]
