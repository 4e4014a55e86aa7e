# Returns a model that cannot be trained, and an agent that tells of gradients all the same.
import sys

import numpy as np
import tensorflow as tf

agent = sys.modules["agent"]
try_model = agent.Agent.do_try_model


def do_try_model(self, target, inputs):
    answer = try_model(self, target, inputs)
    return answer[:2] if len(answer) == 2 else [*answer[:2], True, [[True] * 6, None]]


def do_differentiate_model(self, target, inputs, cotangent):
    return [np.ones(weight.shape[-1], "float32") for weight in target.weights]


agent.Agent.do_try_model = do_try_model
agent.Agent.do_differentiate_model = do_differentiate_model


def discriminator():
    model = tf.keras.Sequential([tf.keras.Input((784,)), tf.keras.layers.Dense(256), tf.keras.layers.LeakyReLU(0.01),
                                 tf.keras.layers.Dense(256), tf.keras.layers.LeakyReLU(0.01), tf.keras.layers.Dense(1)])
    model.trainable = False
    return model
