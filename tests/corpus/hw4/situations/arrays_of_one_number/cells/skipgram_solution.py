def skipgram(
    currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
    word2vecCostAndGradient=softmaxCostAndGradient,
):
    center = tokens[currentWord]
    total = np.zeros(1)
    gradIn, gradOut = np.zeros(inputVectors.shape), np.zeros(outputVectors.shape)
    for word in contextWords:
        one, slope, slopes = word2vecCostAndGradient(inputVectors[center], tokens[word], outputVectors, dataset)
        total[0] += np.reshape(one, 1)[0]
        gradIn[center] += slope
        gradOut += slopes
    return float(total), gradIn, gradOut
