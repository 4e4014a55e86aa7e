def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    gradIn = np.zeros(inputVectors.shape)
    center = tokens[currentWord]
    for word in contextWords:
        cost, gin, gradOut = word2vecCostAndGradient(inputVectors[center], tokens[word], outputVectors, dataset)
    gradIn[center] = gin
    return cost, gradIn, gradOut
