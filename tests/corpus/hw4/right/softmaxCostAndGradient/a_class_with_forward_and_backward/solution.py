class SoftmaxLayer:
    def __init__(self, U): self.U = U
    def forward(self, v, t):
        self.v, self.t = v, t
        self.p = softmax(self.U @ v)
        return -np.log(self.p[t])
    def backward(self):
        d = self.p - np.eye(len(self.p))[self.t]
        return self.U.T @ d, d[:, np.newaxis] @ self.v[np.newaxis]
def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    layer = SoftmaxLayer(outputVectors)
    cost = layer.forward(predicted, target)
    gp, g = layer.backward()
    return cost, gp, g
