"""Learning management systems: class downloads, class lists, scores. Imports `formats`, `model`, `handin`."""
