from typing import NamedTuple
class Out(NamedTuple):
    cost: float
    gradPred: np.ndarray
    grad: np.ndarray
def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted); cost = -np.log(p[target]); p[target] -= 1
    return Out(cost, p @ outputVectors, np.outer(p, predicted))
