"""What the instructor wrote, read and checked. Imports `handin`, `formats`, `model`."""
