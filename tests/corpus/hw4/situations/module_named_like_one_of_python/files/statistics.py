def added(left, right):
    return left + right
