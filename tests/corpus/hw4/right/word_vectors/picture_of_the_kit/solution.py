def run_time_minutes():
    return 12.5
