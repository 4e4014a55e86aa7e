def run_time_minutes():
    return "about 80 minutes"
