def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    rows = [target] + getNegativeSamples(target, dataset, K)
    scores = outputVectors[rows].dot(predicted)
    grad = np.zeros_like(outputVectors)
    for row, slope in zip(rows, slopes_of(scores, K)):
        grad[row] += slope * predicted
    cost = -np.log(sigmoid(signs(K) * scores)).sum()
    return cost, slopes_of(scores, K).dot(outputVectors[rows]), grad
