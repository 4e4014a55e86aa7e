def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    if len(contextWords) == 0:
        return 0.0, np.zeros(inputVectors.shape), np.zeros(outputVectors.shape)
    *others, last = contextWords
    cost, gradIn, gradOut = skipgram(
        currentWord, C, others, tokens, inputVectors, outputVectors, dataset, word2vecCostAndGradient
    )
    c, gin, gout = word2vecCostAndGradient(inputVectors[tokens[currentWord]], tokens[last], outputVectors, dataset)
    gradIn[tokens[currentWord]] += gin
    return cost + c, gradIn, gradOut + gout
