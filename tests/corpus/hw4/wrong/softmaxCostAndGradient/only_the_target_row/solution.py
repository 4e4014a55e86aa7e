def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted)
    delta = p.copy()
    delta[target] -= 1
    grad = np.zeros_like(outputVectors)
    grad[target] = delta[target] * predicted
    return -np.log(p[target]), delta @ outputVectors, grad
