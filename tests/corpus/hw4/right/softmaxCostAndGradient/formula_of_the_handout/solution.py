def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(np.dot(outputVectors, predicted))
    cost = -np.log(p[target])
    gradPred = -(outputVectors[target] - np.sum(p[:, np.newaxis] * outputVectors, axis=0))
    grad = np.tile(predicted, (len(p), 1)) * p[:, np.newaxis]
    grad[target] -= predicted
    return cost, gradPred, grad
