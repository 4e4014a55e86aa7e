def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    return -np.log(softmax(outputVectors @ predicted)[target])
