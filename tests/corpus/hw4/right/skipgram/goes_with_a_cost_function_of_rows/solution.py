def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    # my cost functions return gradPred with shape (1, D) and the cost with shape (1, 1)
    center = tokens[currentWord]
    gradIn, gradOut, cost = np.zeros_like(inputVectors), np.zeros_like(outputVectors), 0.0
    for word in contextWords:
        c, gin, gout = word2vecCostAndGradient(inputVectors[center : center + 1], tokens[word], outputVectors, dataset)
        cost += c[0, 0]
        gradIn[center] += gin[0, :]
        gradOut += gout
    return cost, gradIn, gradOut
