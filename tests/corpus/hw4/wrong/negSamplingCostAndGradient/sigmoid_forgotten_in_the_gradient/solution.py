def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    z = outputVectors[target] @ predicted
    cost = -np.log(sigmoid(z))
    gradPred = (z - 1) * outputVectors[target]
    grad = np.zeros_like(outputVectors)
    grad[target] = (z - 1) * predicted
    for k in getNegativeSamples(target, dataset, K):
        z = outputVectors[k] @ predicted
        cost -= np.log(sigmoid(-z))
        gradPred += z * outputVectors[k]
        grad[k] += z * predicted
    return cost, gradPred, grad
