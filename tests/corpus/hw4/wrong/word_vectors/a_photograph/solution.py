def run_time_minutes():
    return 31
