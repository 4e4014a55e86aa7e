# Never comes back.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    while True:
        pass
