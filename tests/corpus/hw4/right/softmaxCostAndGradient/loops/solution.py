import math


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    V, D = outputVectors.shape
    scores = [sum(outputVectors[w, d] * predicted[d] for d in range(D)) for w in range(V)]
    total = sum(math.exp(s) for s in scores)
    probabilities = [math.exp(s) / total for s in scores]
    cost = -math.log(probabilities[target])
    gradPred, grad = np.zeros(D), np.zeros((V, D))
    for w in range(V):
        error = probabilities[w] - (1 if w == target else 0)
        for d in range(D):
            gradPred[d] += error * outputVectors[w, d]
            grad[w, d] = error * predicted[d]
    return cost, gradPred, grad
