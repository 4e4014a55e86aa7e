def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    words, times = np.unique(getNegativeSamples(target, dataset, K), return_counts=True)
    U = outputVectors[words]
    p = sigmoid(U @ predicted)
    p_o = sigmoid(outputVectors[target] @ predicted)
    cost = -np.log(p_o) - times @ np.log(1 - p)
    gradPred = (p_o - 1) * outputVectors[target] + (times * p) @ U
    grad = np.zeros_like(outputVectors)
    grad[words] = (times * p)[:, None] * predicted
    grad[target] = (p_o - 1) * predicted
    return cost, gradPred, grad
