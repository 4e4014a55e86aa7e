def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted)
    cost = -np.log(p[target])
    p[target] -= 1
    return cost, p @ outputVectors, np.outer(p, predicted)


def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    cost, gradIn, gradOut = 0.0, np.zeros(inputVectors.shape), np.zeros(outputVectors.shape)
    center = tokens[currentWord]
    for word in contextWords:
        c, gin, gout = softmaxCostAndGradient(inputVectors[center], tokens[word], outputVectors, dataset)
        cost += c
        gradIn[center] += gin
        gradOut += gout
    return cost, gradIn, gradOut
