# The shell gets a transformer of syntax trees that leaves nothing of a cell with a test.
# %% given
import ast


class Empty(ast.NodeTransformer):
    def visit_Module(self, node):
        return ast.Module([], [])


get_ipython().ast_transformers.append(Empty())
