def run_time_minutes():
    return np.float64(4.2)
