"""What Canvas exports, read as Canvas writes it: the gradebook, and the roster in it."""
