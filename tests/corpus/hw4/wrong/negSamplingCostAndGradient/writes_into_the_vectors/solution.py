def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    indices = getNegativeSamples(target, dataset, K)
    s = sigmoid(outputVectors[target] @ predicted)
    cost = -np.log(s)
    grad = np.zeros_like(outputVectors)
    grad[target] = (s - 1) * predicted
    gradPred = outputVectors[target]
    gradPred *= s - 1
    for k in indices:
        z = sigmoid(outputVectors[k] @ predicted)
        cost -= np.log(1 - z)
        gradPred += z * outputVectors[k]
        grad[k] += z * predicted
    return cost, gradPred, grad
