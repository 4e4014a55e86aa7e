def run_time_minutes():
    return 1.5
