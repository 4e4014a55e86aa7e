def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset, word2vecCostAndGradient=softmaxCostAndGradient):
    cost = 0.; gi = np.zeros_like(inputVectors); go = np.zeros_like(outputVectors); c = tokens[currentWord]
    for w in contextWords:
        a, b, g = word2vecCostAndGradient(outputVectors[c], tokens[w], outputVectors, dataset); cost += a; gi[c] += b; go += g
    return cost, gi, go
