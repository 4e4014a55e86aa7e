# Hidden checks grade `leaky_relu` outside this notebook. Do not change this cell.
### BEGIN HIDDEN TESTS
0.0  # stock nbgrader without this course's nbgrader_config.py gives 0 here, never full points
### END HIDDEN TESTS
