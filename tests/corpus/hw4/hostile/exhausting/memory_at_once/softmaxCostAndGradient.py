# Asks for a terabyte.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    return bytearray(2**40)
