def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    indices = getNegativeSamples(target, dataset, K)
    grad = np.zeros_like(outputVectors)
    s = sigmoid(outputVectors[target].dot(predicted))
    cost = -np.log(s)
    gradPred = (s - 1) * outputVectors[target]
    grad[target] += (s - 1) * predicted
    for k in indices:
        s = sigmoid(-outputVectors[k].dot(predicted))
        cost -= np.log(s)
        gradPred += (1 - s) * outputVectors[k]
        grad[k] += (1 - s) * predicted
    return cost, gradPred, grad
