"""Exports: what other systems take from the gradebook, one module each."""
