def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted)
    grad = np.zeros(outputVectors.shape, dtype=np.float32)
    gradPred = np.zeros(predicted.shape, dtype=np.float32)
    for w in range(len(p)):
        err = p[w] - float(w == target)
        grad[w] = err * predicted
        gradPred += err * outputVectors[w]
    return -np.log(p[target]), gradPred, grad
