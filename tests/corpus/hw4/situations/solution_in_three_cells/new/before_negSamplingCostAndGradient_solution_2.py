def slopes_of(scores, K):
    return signs(K) * (sigmoid(signs(K) * scores) - 1)
