def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted)
    y = np.zeros(len(p))
    y[target] = 1
    cost = -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
    return cost, (p - y) @ outputVectors, np.outer(p - y, predicted)
