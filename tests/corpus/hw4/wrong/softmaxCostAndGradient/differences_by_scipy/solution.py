from scipy.optimize import approx_fprime


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    def cost(v, U):
        return -np.log(softmax(U @ v)[target])

    def of_output_vectors(flat):
        return cost(predicted, flat.reshape(outputVectors.shape))

    gradPred = approx_fprime(predicted, lambda v: cost(v, outputVectors))
    grad = approx_fprime(outputVectors.ravel(), of_output_vectors).reshape(outputVectors.shape)
    return cost(predicted, outputVectors), gradPred, grad
