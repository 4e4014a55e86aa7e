# Writes, makes, moves and removes files outside its own folder.
import os

done = []


def attempt(name, action):
    try:
        action()
    except (OSError, ValueError, ImportError, RuntimeError, AttributeError, ArithmeticError):
        return
    done.append(name)


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    attempt('/tmp', lambda: open('/tmp/__MARK__', 'w').write('x'))
    attempt('/var/tmp', lambda: open('/var/tmp/__MARK__', 'w').write('x'))
    attempt('/dev/shm', lambda: open('/dev/shm/__MARK__', 'w').write('x'))
    attempt('/run', lambda: open('/run/__MARK__', 'w').write('x'))
    attempt('..', lambda: open('../__MARK__', 'w').write('x'))
    attempt('/proc/self', lambda: open('/proc/self/__MARK__', 'w').write('x'))
    attempt('/etc', lambda: open('/etc/__MARK__', 'w').write('x'))
    attempt('home', lambda: open(os.path.expanduser('~root/__MARK__'), 'w'))
    attempt('folder', lambda: os.mkdir('/tmp/__MARK__'))
    attempt('append', lambda: open('__CANARY__', 'a').write('x'))
    attempt('rename out', lambda: open('mine', 'w').close() or os.rename('mine', '/tmp/__MARK__'))
    attempt('rename in', lambda: os.rename('__CANARY__', 'mine'))
    attempt('replace', lambda: os.replace('mine', '__CANARY__'))
    attempt('fifo', lambda: os.mkfifo('/tmp/__MARK__'))
    attempt('device', lambda: os.mknod('/tmp/__MARK__', 0o20666, os.makedev(1, 1)))
    attempt('link', lambda: os.link('mine', '/tmp/__MARK__'))
    attempt('symlink', lambda: os.symlink('/', '__MARK__'))
    attempt('the kit', lambda: open(os.path.join(os.path.dirname(__import__('hw4kit').__file__), '__MARK__'), 'w'))
    attempt('the library', lambda: open(os.path.join(os.path.dirname(os.__file__), '__MARK__'), 'w'))
    raise RuntimeError(f"did: {done}")
