def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted)
    cost = -np.log(p[target])
    delta = -p
    delta[target] += 1
    return cost, delta @ outputVectors, np.outer(delta, predicted)
