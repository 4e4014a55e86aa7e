# %% solution reading
def read_weather(path):
    return [(r["city"], int(r["month"]), round(celsius(float(r["fahrenheit"])), 1)) for r in csv.DictReader(open(path))]

# %% solution sorting
def hottest(readings):
    return sorted(readings, key=lambda reading: reading.degrees)[-1].city

# %% solution writing
summary = 6

# %% solution rates
rates = {"USD": 1.1}


def convert(euros, currency):
    return rates[currency] * euros

# %% written which_reader
pandas
