# A cell of its own that never ends, before all others.
while True:
    pass
