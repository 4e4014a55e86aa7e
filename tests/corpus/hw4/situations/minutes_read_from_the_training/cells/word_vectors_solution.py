def run_time_minutes():
    """Return how many minutes training took on your machine, as the training cell printed it."""
    return round(training.minutes, 1)
