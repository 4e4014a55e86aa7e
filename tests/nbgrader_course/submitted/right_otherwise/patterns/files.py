# %% solution reading
def read_weather(path):
    rows = Path(path).read_text().strip().split("\n")[1:]
    made = []
    for row in rows:
        city, month, degrees = row.split(",")
        made += [(city, int(month), round(measures.celsius(float(degrees)), 1))]
    return made


def means_by_city(path):
    groups = {}
    for city, _, degrees in read_weather(path):
        groups.setdefault(city, []).append(degrees)
    return {city: sum(values) / len(values) for city, values in groups.items()}

# %% solution sorting
def kinds(readings):
    found = [kind_of(degrees) for _, degrees in readings]
    return {kind: found.count(kind) for kind in ["mild", "cold", "hot"]}


def hottest(readings):
    best = readings[0]
    for reading in readings:
        if reading.degrees > best.degrees:
            best = reading
    return best[0]

# %% solution writing
def save(readings, path):
    rows = [f'["{city}", {degrees}]' for city, degrees in readings]
    Path(path).write_text("[" + ", ".join(rows) + "]")


with open("weather.csv") as file:
    summary = sum(1 for line in file)
with open("summary.txt", "w") as file:
    print("lines:", summary, file=file)

# %% solution rates
rates = dict(USD=1.08, GBP=0.86, CHF=0.94)


def convert(euros, currency):
    if currency not in rates:
        raise KeyError(currency)
    rate = globals()["rates"].get(currency)
    return rate * euros

# %% written which_reader
The csv module: it reads line by line.
