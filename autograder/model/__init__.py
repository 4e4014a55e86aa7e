"""What everything is about: items, verdicts, reports, errors and their words. Imports `handin`."""
