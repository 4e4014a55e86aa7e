def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    center = tokens[currentWord]
    gradIn, gradOut, cost = np.zeros_like(inputVectors), np.zeros_like(outputVectors), 0.0
    for word in contextWords:
        v = inputVectors[center].reshape(-1, 1)
        c, gin, gout = word2vecCostAndGradient(v, tokens[word], outputVectors, dataset)
        cost += c
        gradIn[center] += gin[:, 0]
        gradOut += gout
    return cost, gradIn, gradOut
