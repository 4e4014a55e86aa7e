# Changes what Landlock does not guard: modes, owners, times and attributes of the instructor's files.
import os

done = []


def attempt(name, action):
    try:
        action()
    except (OSError, ValueError, ImportError, RuntimeError, AttributeError, ArithmeticError):
        return
    done.append(name)


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    attempt('chmod', lambda: os.chmod('__CANARY__', 0o777))
    attempt('chmod of the folder', lambda: os.chmod(os.path.dirname('__CANARY__'), 0o777))
    attempt('chown', lambda: os.chown('__CANARY__', 65534, 65534))
    attempt('lchown', lambda: os.lchown('__CANARY__', 65534, 65534))
    attempt('utime', lambda: os.utime('__CANARY__', (0, 0)))
    attempt('utime of its own', lambda: os.utime('.', (0, 0)))
    attempt('xattr', lambda: os.setxattr('__CANARY__', 'user.x', b'1'))
    attempt('fchmod', lambda: os.fchmod(os.open('/usr/lib', os.O_RDONLY), os.stat('/usr/lib').st_mode))
    attempt('set-id file', lambda: os.chmod('.', 0o6777))
    attempt('truncate', lambda: os.truncate('__CANARY__', 0))
    raise RuntimeError(f"did: {done}")
