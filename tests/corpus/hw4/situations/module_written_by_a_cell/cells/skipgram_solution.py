from window import inside


def skipgram(
    currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
    word2vecCostAndGradient=softmaxCostAndGradient,
):
    """Return the cost and both gradients of the words around one word."""
    cost, gradIn, gradOut = 0.0, np.zeros(inputVectors.shape), np.zeros(outputVectors.shape)
    center = tokens[currentWord]
    for word in inside(contextWords, C):
        loss, slope, slopes = word2vecCostAndGradient(inputVectors[center], tokens[word], outputVectors, dataset)
        cost += loss
        gradIn[center] += slope
        gradOut += slopes
    return cost, gradIn, gradOut
