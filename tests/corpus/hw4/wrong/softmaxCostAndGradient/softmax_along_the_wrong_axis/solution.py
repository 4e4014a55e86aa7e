def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    z = (outputVectors @ predicted).reshape(-1, 1)
    e = np.exp(z); p = (e / np.sum(e, axis=1, keepdims=True)).ravel()
    cost = -np.log(p[target]); p[target] -= 1
    return cost, p @ outputVectors, np.outer(p, predicted)
