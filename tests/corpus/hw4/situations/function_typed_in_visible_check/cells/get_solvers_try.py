from functools import partial

KIND = tf.keras.optimizers.Adam
RATES = [1e-3, 1e-4]  # tried and not used


def get_solvers(learning_rate=1e-3, beta1=0.5):
    make = partial(KIND, learning_rate, beta_1=beta1)
    return make(), make()


with visible_check("get_solvers") as see:
    D_solver, G_solver = get_solvers(learning_rate=0.02, beta1=0.7)
    names = f"{type(D_solver).__name__} and {type(G_solver).__name__}"
    see("two Adam optimizers", all(isinstance(s, tf.keras.optimizers.Adam) for s in (D_solver, G_solver)), names)
    see("two objects, not one object twice", D_solver is not G_solver, "one" if D_solver is G_solver else "two")
    rates = [round(float(s.learning_rate), 6) for s in (D_solver, G_solver)]
    see("both have learning_rate=0.02", rates == [0.02, 0.02], rates)
    betas = [float(s.beta_1) for s in (D_solver, G_solver)]
    see("both have beta1=0.7", betas == [0.7, 0.7], betas)
    usual = [(round(float(s.learning_rate), 6), float(s.beta_1)) for s in get_solvers()]
    see("the defaults are 0.001 and 0.5", usual == [(0.001, 0.5)] * 2, usual)
