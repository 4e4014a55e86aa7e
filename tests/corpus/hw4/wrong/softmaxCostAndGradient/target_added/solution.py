def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted); cost = -np.log(p[target]); y = np.zeros_like(p); y[target] = 1
    return cost, (p + y) @ outputVectors, np.outer(p + y, predicted)
