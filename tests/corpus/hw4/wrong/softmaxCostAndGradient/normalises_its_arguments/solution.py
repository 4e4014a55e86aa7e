def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    outputVectors /= np.linalg.norm(outputVectors, axis=1, keepdims=True)
    p = softmax(outputVectors @ predicted)
    cost = -np.log(p[target])
    p[target] -= 1
    return cost, p @ outputVectors, np.outer(p, predicted)
