def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted)
    p[target] -= 1
    return -np.log(-p[target]), p @ outputVectors, np.outer(p, predicted)
