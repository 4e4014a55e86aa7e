# Keeps all the memory that it can get.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    kept = []
    while True:
        kept.append(bytearray(10**7))
