"""The rules of a submission, written once: students run them, intake applies them. Imports no other room."""
