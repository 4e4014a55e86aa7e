def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    column = predicted[:, None]
    drawn = getNegativeSamples(target, dataset, K)
    errors = np.zeros(K + 1)
    costs = [0.0] * (K + 1)
    grad = np.zeros(outputVectors.shape)
    gradPred = np.zeros(predicted.shape)
    for place, word in enumerate([target, *drawn]):
        score = outputVectors[[word]] @ column
        wanted = float(place == 0)
        errors[place] = sigmoid(score) - wanted
        costs[place] = float(-np.log(sigmoid(score if wanted else -score)))
        gradPred += errors[place] * outputVectors[word]
        grad[word] += errors[place] * predicted
    return sum(costs), gradPred, grad
