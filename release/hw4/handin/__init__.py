"""The rules of a submission, said once: students run them, intake obeys them. Imports no other room."""
