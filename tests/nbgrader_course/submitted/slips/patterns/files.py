# %% solution reading
def read_weather(path):
    frame = pd.read_csv("weather.csv")
    frame["celsius"] = celsius(frame.fahrenheit).round(1)
    return [tuple(row) for row in frame[["city", "month", "celsius"]].values.tolist()]


def means_by_city(path):
    return pd.read_csv(path).groupby("city").fahrenheit.mean().to_dict()

# %% solution sorting
def kinds(readings):
    counts = {"cold": 0, "hot": 0}
    for reading in readings:
        counts[kind_of(reading.degrees)] += 1
    return counts


def hottest(readings):
    return max(readings).city

# %% solution writing
def save(readings, path):
    Path("readings.json").write_text(json.dumps([list(reading) for reading in readings]))


summary = 5

# %% solution rates
rates = ["USD", "GBP"]


def convert(euros, currency):
    return euros * {"USD": 1.1, "GBP": 0.85}.get(currency, 1)
