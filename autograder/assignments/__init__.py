"""The hidden side of each homework: checks, reference mathematics, and optional modules."""
