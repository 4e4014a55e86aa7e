# Prints without end.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    while True:
        print('x' * 10**6, flush=True)
