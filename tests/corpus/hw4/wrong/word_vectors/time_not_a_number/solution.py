def run_time_minutes():
    return float("nan")
