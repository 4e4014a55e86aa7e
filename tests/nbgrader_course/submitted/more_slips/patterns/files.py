# %% solution reading
def read_weather(path):
    with open(path) as file:
        return [line.strip().split(",") for line in file]


def means_by_city(path):
    means = {}
    for city, _, degrees in [("Lima", 1, 19.5), ("Oslo", 1, 6), ("Pune", 1, 25)]:
        means[city] = degrees
    return means

# %% solution sorting
def kind_of(degrees):
    return "cold"


def kinds(readings):
    counts = {"cold": 0, "mild": 0, "hot": 0}
    for reading in readings:
        counts[kind_of(reading.degrees)] += 1
    return counts


def hottest(readings):
    return max(readings, key=lambda reading: reading.degrees)

# %% solution writing
def save(readings, path):
    with open(path, "w") as file:
        file.write(str(readings))


summary = "lines: 6"
Path("summary.txt").write_text("6")

# %% solution rates
rates = {"USD": 1.1, "GBP": 0.85}


def convert(euros, currency):
    return euros * {"USD": 1.1, "GBP": 0.85}[currency]
