# The same for negative sampling.
from hw4kit.formula.points import Point


def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    samples = tuple(getNegativeSamples(target, dataset, K))
    words = {"o": target, "c": 0, "k": samples[0] if samples else 0}
    point = Point("negative sampling", outputVectors, predicted.reshape(1, -1), words, samples)
    cost = point._sampling_cost(outputVectors, predicted)
    return float(np.real(cost)), point.gradient("v_c"), point.gradient("U")
