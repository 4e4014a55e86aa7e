import matplotlib
import matplotlib.pyplot as plt
from IPython.display import HTML, clear_output, display

matplotlib.use("TkAgg")
plt.plot([1, 2, 3])
plt.show()
clear_output()
display(HTML("<b>done</b>"), plt.gcf())
def leaky_relu(x, alpha=0.01):
    return tf.where(x >= 0, x, alpha * x)
