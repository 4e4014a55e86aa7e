def get_solvers(learning_rate=1e-3, beta1=0.5):
    o = {"class_name": "Adam", "config": {"learning_rate": learning_rate, "beta_1": beta1}}
    return tf.keras.optimizers.deserialize(o), tf.keras.optimizers.deserialize(o)
