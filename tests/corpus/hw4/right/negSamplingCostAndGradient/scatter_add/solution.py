def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    rows = np.array([target] + list(getNegativeSamples(target, dataset, K)))
    sign = np.ones(K + 1)
    sign[1:] = -1
    s = sigmoid(sign * (outputVectors[rows] @ predicted))
    error = sign * (s - 1)
    grad = np.zeros(outputVectors.shape)
    np.add.at(grad, rows, np.outer(error, predicted))
    return -np.sum(np.log(s)), error @ outputVectors[rows], grad
