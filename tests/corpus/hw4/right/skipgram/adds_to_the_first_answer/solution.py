def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset, word2vecCostAndGradient=softmaxCostAndGradient):
    cur = tokens[currentWord]
    gradIn = np.zeros_like(inputVectors)
    cost, gp_total, gradOut = word2vecCostAndGradient(inputVectors[cur], tokens[contextWords[0]], outputVectors, dataset)
    for w in contextWords[1:]:
        c, gp, g = word2vecCostAndGradient(inputVectors[cur], tokens[w], outputVectors, dataset)
        cost += c; gp_total += gp; gradOut += g
    gradIn[cur] = gp_total
    return cost, gradIn, gradOut
