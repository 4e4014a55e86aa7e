# Sends itself a real-time signal, which has a number only.
import os
import signal


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    os.kill(os.getpid(), signal.SIGRTMIN + 6)
