def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    scores = outputVectors * predicted
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    p = p.mean(axis=1)
    cost = -np.log(p[target])
    p[target] -= 1
    return cost, p @ outputVectors, np.outer(p, predicted)
