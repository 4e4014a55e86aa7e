def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted)
    y = np.zeros(len(p))
    y[target] = 1
    return np.mean(-y * np.log(p)), (p - y) @ outputVectors, np.outer(p - y, predicted)
