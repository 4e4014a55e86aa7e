# Returns an object whose end raises and exits.
import os


class Biting:
    def __del__(self):
        raise RuntimeError("from __del__")

    def __getattr__(self, name):
        raise MemoryError(name)

    def __class_getitem__(cls, item):
        os._exit(1)


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    return Biting()
