from collections import Counter


def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    center = tokens[currentWord]
    gradIn, gradOut, cost = np.zeros_like(inputVectors), np.zeros_like(outputVectors), 0.0
    for word, times in Counter(contextWords).items():
        c, gin, gout = word2vecCostAndGradient(inputVectors[center], tokens[word], outputVectors, dataset)
        cost += times * c
        gradIn[center] += times * gin
        gradOut += times * gout
    return cost, gradIn, gradOut
