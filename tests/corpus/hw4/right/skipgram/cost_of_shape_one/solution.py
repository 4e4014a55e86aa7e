def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    cost = np.zeros((1, 1))
    gradIn, gradOut = np.zeros_like(inputVectors), np.zeros_like(outputVectors)
    for i in range(len(contextWords)):
        c, gin, gout = word2vecCostAndGradient(
            inputVectors[tokens[currentWord]], tokens[contextWords[i]], outputVectors, dataset
        )
        cost += c
        gradIn[tokens[currentWord]] += gin
        gradOut += gout
    return cost, gradIn, gradOut
