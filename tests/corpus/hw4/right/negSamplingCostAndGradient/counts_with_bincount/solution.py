def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    negatives = getNegativeSamples(target, dataset, K)
    times = np.bincount(negatives, minlength=len(outputVectors))
    scores = outputVectors @ predicted
    cost = np.logaddexp(0, -scores[target]) + times @ np.logaddexp(0, scores)
    slope = times * sigmoid(scores)
    slope[target] += sigmoid(scores[target]) - 1
    return cost, slope @ outputVectors, np.outer(slope, predicted)
