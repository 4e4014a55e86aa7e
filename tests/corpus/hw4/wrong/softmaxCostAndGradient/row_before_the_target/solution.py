def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted); cost = -np.log(p[target - 1]); p[target - 1] -= 1
    return cost, p @ outputVectors, np.outer(p, predicted)
