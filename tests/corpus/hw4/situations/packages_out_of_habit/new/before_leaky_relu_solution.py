import glob, os, time
import imageio
import matplotlib.pyplot as plt
import pandas as pd
import PIL
import requests
import scipy.stats as stats
import seaborn as sns
from IPython import display
from mpl_toolkits.axes_grid1 import ImageGrid
from sklearn.manifold import TSNE
from tqdm.auto import tqdm
from tqdm.notebook import trange

sns.set_theme(style="whitegrid")
pd.set_option("display.precision", 3)
