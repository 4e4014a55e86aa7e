"""Canvas: roster, names of files, scores. Imports `formats`, `model`, `handin`."""
