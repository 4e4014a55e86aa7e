"""The hidden side of the homework: checks, reference mathematics, training log, demonstration."""
