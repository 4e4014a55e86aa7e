%%writefile window.py
def inside(words, count):
    return words[: 2 * count]
