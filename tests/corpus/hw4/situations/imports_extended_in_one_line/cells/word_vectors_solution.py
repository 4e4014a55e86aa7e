def run_time_minutes():
    return math.fsum([4.0, 1.0])
