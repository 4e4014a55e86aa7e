import math


def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    drawn = getNegativeSamples(target, dataset, K)
    words, size = range(outputVectors.shape[0]), range(outputVectors.shape[1])

    def likelihood(w, sign):
        score = sum(outputVectors[w, d] * predicted[d] for d in size)
        return 1.0 / (1.0 + math.exp(-sign * score))

    def slope(w):
        total = (w == target) * (likelihood(target, 1.0) - 1.0)
        for k in drawn:
            total += (k == w) * (1.0 - likelihood(k, -1.0))
        return total

    cost = -math.log(likelihood(target, 1.0))
    for k in drawn:
        cost -= math.log(likelihood(k, -1.0))
    gradPred = [sum(slope(w) * outputVectors[w, d] for w in words) for d in size]
    grad = [[slope(w) * predicted[d] for d in size] for w in words]
    return cost, np.array(gradPred), np.array(grad)
