def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted)
    cost = -np.log(p[target])
    p[target] -= 1
    gradPred, grad = p @ outputVectors, np.outer(p, predicted)
    outputVectors -= 0.3 * grad
    return cost, gradPred, grad
