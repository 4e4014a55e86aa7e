# Draws from the dataset without end: every draw is answered by the grader.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    while True:
        dataset.sampleTokenIdx()
