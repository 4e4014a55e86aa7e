def run_time_minutes():
    print(83)
