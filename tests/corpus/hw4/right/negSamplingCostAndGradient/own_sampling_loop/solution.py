def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    negatives = []
    while len(negatives) < K:
        word = dataset.sampleTokenIdx()
        if word != target:
            negatives.append(word)
    U = outputVectors[negatives]
    z_target = sigmoid(np.dot(outputVectors[target], predicted))
    z = sigmoid(np.dot(U, predicted))
    cost = -np.log(z_target) - np.log(1 - z).sum()
    gradPred = (z_target - 1) * outputVectors[target] + z.dot(U)
    grad = np.zeros_like(outputVectors)
    grad[target] = (z_target - 1) * predicted
    for row, value in zip(negatives, z):
        grad[row] += value * predicted
    return cost, gradPred, grad
