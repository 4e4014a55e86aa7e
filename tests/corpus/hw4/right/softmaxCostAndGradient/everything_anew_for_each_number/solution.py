import math


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    words, size = range(outputVectors.shape[0]), range(outputVectors.shape[1])

    def score(w):
        return sum(outputVectors[w, d] * predicted[d] for d in size)

    def probability(w):
        highest = max(score(other) for other in words)
        return math.exp(score(w) - highest) / sum(math.exp(score(other) - highest) for other in words)

    def slope(w):
        return probability(w) - (1.0 if w == target else 0.0)

    gradPred = [sum(slope(w) * outputVectors[w, d] for w in words) for d in size]
    grad = [[slope(w) * predicted[d] for d in size] for w in words]
    return -math.log(probability(target)), np.array(gradPred), np.array(grad)
