def skipgram(
    currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
    word2vecCostAndGradient=softmaxCostAndGradient,
):
    center = tokens[currentWord]
    gradIn = np.zeros(inputVectors.shape)
    cost, gradPred, gradOut = word2vecCostAndGradient(inputVectors[center], center, outputVectors, dataset)
    gradIn[center] += gradPred
    return cost, gradIn, gradOut
