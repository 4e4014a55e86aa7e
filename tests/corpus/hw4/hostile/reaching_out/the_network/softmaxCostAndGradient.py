# Opens sockets of every family, directly and by libraries.
import socket
import urllib.request

done = []


def attempt(name, action):
    try:
        action()
    except (OSError, ValueError, ImportError, RuntimeError, AttributeError, ArithmeticError):
        return
    done.append(name)


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    attempt('inet', lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    attempt('inet6', lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))
    attempt('unix', lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
    attempt('netlink', lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))
    attempt('raw', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
    attempt('connect', lambda: socket.create_connection(('127.0.0.1', 80), 1))
    attempt('server', lambda: socket.create_server(('127.0.0.1', 0)))
    attempt('url', lambda: urllib.request.urlopen('http://127.0.0.1/', timeout=1))
    attempt('name', lambda: socket.getaddrinfo('localhost', 80, type=socket.SOCK_STREAM) and socket.socket())
    raise RuntimeError(f"did: {done}")
