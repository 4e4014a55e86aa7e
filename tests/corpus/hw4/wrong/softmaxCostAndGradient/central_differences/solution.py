def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    def cost(v, U):
        return -np.log(softmax(U @ v)[target])

    def slopes(f, x, h=1e-5):
        result = np.zeros(x.shape)
        for place in np.ndindex(x.shape):
            up, down = x.copy(), x.copy()
            up[place] += h
            down[place] -= h
            result[place] = (f(up) - f(down)) / (2 * h)
        return result

    gradPred = slopes(lambda v: cost(v, outputVectors), predicted)
    return cost(predicted, outputVectors), gradPred, slopes(lambda U: cost(predicted, U), outputVectors)
