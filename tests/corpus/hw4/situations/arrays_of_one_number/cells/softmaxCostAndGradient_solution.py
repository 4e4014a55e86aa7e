import math


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    column = predicted[:, None]
    shares = softmax(np.matmul(outputVectors, column))
    cost = math.log(1 / shares[target])
    errors = shares.copy()
    errors[int(np.array([target]))] -= 1
    slope = np.zeros(len(predicted))
    for j in range(len(slope)):
        slope[j] = outputVectors[:, [j]].T @ errors
    return cost, slope, errors * column.T
