start, end = 1000.0, 6400.0


def run_time_minutes():
    return (end - start) / 60
