signs = lambda K: np.r_[1.0, -np.ones(K)]
