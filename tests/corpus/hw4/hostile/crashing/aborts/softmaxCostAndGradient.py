# Calls abort().
import os


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    os.abort()
