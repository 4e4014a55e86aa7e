def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted)
    cost = -np.log(p[target])
    gradPred = p @ outputVectors
    p[target] -= 1
    return cost, gradPred, np.outer(p, predicted)
