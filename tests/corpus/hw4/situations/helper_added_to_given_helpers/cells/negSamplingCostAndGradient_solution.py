def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    rows = [target, *getNegativeSamples(target, dataset, K)]
    sign = np.where(np.arange(K + 1) == 0, 1.0, -1.0)
    used = outputVectors[rows]
    scores = sign * (used @ predicted)
    slopes = sign * (sigmoid(scores) - 1)
    grad = np.zeros(outputVectors.shape)
    np.add.at(grad, rows, np.outer(slopes, predicted))
    return -log_sigmoid(scores).sum(), slopes @ used, grad
