def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted)
    return -np.log(p[target]), p @ outputVectors, np.outer(p, predicted)
