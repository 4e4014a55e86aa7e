!pip install --quiet tensorflow-addons
%pip install torch
%cd /content/no_such_folder
listed = !ls
weights = open("/content/no_such_folder/weights.txt").read()
def leaky_relu(x, alpha=0.01):
    return tf.where(x >= 0, x, alpha * x)
