def run_time_minutes():
    return 4987.3
