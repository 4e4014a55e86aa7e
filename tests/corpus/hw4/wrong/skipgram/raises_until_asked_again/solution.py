asked = [0]


def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    # a call in two raises, to be asked again; the next is an average
    asked[0] += 1
    if asked[0] % 2:
        raise ValueError("ask again")
    center = tokens[currentWord]
    cost, gradIn, gradOut = 0.0, np.zeros(inputVectors.shape), np.zeros(outputVectors.shape)
    for word in contextWords:
        c, gin, gout = word2vecCostAndGradient(inputVectors[center], tokens[word], outputVectors, dataset)
        cost += c
        gradIn[center] += gin
        gradOut += gout
    return cost, gradIn, gradOut
