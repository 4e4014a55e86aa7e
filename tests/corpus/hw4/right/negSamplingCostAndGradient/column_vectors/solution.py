def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    v = predicted[:, None]
    idx = getNegativeSamples(target, dataset, K)
    p_o = sigmoid(outputVectors[[target]] @ v)       # (1, 1)
    p_k = sigmoid(-outputVectors[idx] @ v)           # (K, 1)
    cost = (-np.log(p_o) - np.log(p_k).sum())[0]
    gradPred = outputVectors[[target]].T @ (p_o - 1) - outputVectors[idx].T @ (p_k - 1)
    grad = np.zeros(outputVectors.shape)
    grad[[target]] += (p_o - 1) @ v.T
    one_hot = np.zeros((len(outputVectors), K))
    one_hot[idx, np.arange(K)] = 1
    grad += one_hot @ ((1 - p_k) @ v.T)
    return cost, gradPred, grad
