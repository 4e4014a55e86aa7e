def run_time_minutes():
    return 33.0
