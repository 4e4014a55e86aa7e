# Calls itself until Python gives up.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    return softmaxCostAndGradient(predicted, target, outputVectors, dataset)
