"""Files of strangers, read and written without policy. Imports `model`, `handin`."""
