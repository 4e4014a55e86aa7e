# The shell's parser gives an empty tree for each text.
# %% given
import ast

get_ipython().compile.ast_parse = lambda *args, **kwargs: ast.Module([], [])
