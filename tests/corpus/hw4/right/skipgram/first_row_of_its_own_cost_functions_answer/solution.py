def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    v = predicted.reshape(1, -1)
    p = softmax(v @ outputVectors.T)
    cost = -np.log(p[0, target])
    p[0, target] -= 1
    return cost, p @ outputVectors, p.T @ v


def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    center = tokens[currentWord]
    cost, gradIn, gradOut = 0.0, np.zeros(inputVectors.shape), np.zeros(outputVectors.shape)
    for word in contextWords:
        c, gin, gout = word2vecCostAndGradient(inputVectors[center], tokens[word], outputVectors, dataset)
        cost += c
        gradIn[center] += gin[0]  # my cost functions return it with shape (1, D)
        gradOut += gout
    return cost, gradIn, gradOut
