def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted)
    cost = np.log(p[target])
    y = np.zeros(len(p))
    y[target] = 1
    return cost, (y - p) @ outputVectors, np.outer(y - p, predicted)
