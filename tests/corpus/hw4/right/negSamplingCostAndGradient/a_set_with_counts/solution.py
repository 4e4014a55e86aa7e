def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    negs = getNegativeSamples(target, dataset, K)
    gradPred = np.zeros(predicted.shape); grad = np.zeros(outputVectors.shape)
    s = sigmoid(outputVectors[target] @ predicted)
    cost = -np.log(s)
    gradPred += (s - 1) * outputVectors[target]
    grad[target] += (s - 1) * predicted
    for n in set(negs):
        m = negs.count(n)
        s = sigmoid(-outputVectors[n] @ predicted)
        cost += m * -np.log(s)
        gradPred += m * (1 - s) * outputVectors[n]
        grad[n] += m * (1 - s) * predicted
    return cost, gradPred, grad
