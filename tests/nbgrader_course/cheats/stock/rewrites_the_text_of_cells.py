# The shell reads each later cell as an empty one.
# %% given
get_ipython().input_transformers_post.append(lambda lines: [])
