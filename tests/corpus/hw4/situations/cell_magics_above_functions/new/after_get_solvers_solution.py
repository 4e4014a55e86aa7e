%%timeit -n 1 -r 1
get_solvers()
