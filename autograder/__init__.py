"""The engine of the kit: release, intake, confined grading, gradebook and reports."""

__version__ = "1.0.0"
