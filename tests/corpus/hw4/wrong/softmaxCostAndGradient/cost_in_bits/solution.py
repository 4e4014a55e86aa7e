def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted)
    delta = p.copy()
    delta[target] -= 1
    return -np.log2(p[target]), delta @ outputVectors, np.outer(delta, predicted)
