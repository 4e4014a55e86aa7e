"""TensorFlow is used once before a student process is forked: nothing that students do with it may miss its threads."""

from __future__ import annotations

import pytest

from autograder.handin.cell_plan import Cell
from autograder.session.notebook_process import NotebookProcess
from autograder.session.student import Student

USES = {
    "a graph with a loop": """
        @tf.function
        def looped(x):
            for _ in tf.range(3):
                x = x @ x
            return x
        assert looped(tf.eye(3)).shape == (3, 3)""",
    "a compiled graph": """
        @tf.function(jit_compile=True)
        def compiled(x):
            return tf.reduce_sum(x @ x)
        assert float(compiled(tf.eye(3))) == 3.0""",
    "a graph of many branches": """
        @tf.function
        def branches(x):
            return tf.add_n([tf.linalg.inv(x + float(n)) for n in range(1, 30)]) @ x
        assert branches(tf.eye(30)).shape == (30, 30)""",
    "parallel reading": """
        numbers = tf.data.Dataset.range(100).shuffle(10).map(lambda x: x * 2, num_parallel_calls=tf.data.AUTOTUNE)
        assert sum(int(batch.shape[0]) for batch in numbers.batch(8).cache().prefetch(tf.data.AUTOTUNE)) == 100""",
    "a fit": """
        model = tf.keras.Sequential([tf.keras.layers.Dense(4), tf.keras.layers.BatchNormalization()])
        model.compile("adam", "mse")
        model.fit(np.ones((20, 3)), np.ones((20, 4)), epochs=2, verbose=0)
        assert model.predict(np.ones((5, 3)), verbose=0).shape == (5, 4)""",
    "large operations": """
        a = tf.random.uniform((400, 400))
        assert float(tf.reduce_sum(a @ a)) > 0 and tf.sort(a).shape == tf.linalg.inv(a).shape
        image = tf.image.resize(tf.nn.conv2d(tf.ones((4, 32, 32, 8)), tf.ones((3, 3, 8, 8)), 1, "SAME"), (64, 64))
        assert image.shape == (4, 64, 64, 8)""",
    "a jacobian": """
        x = tf.Variable(tf.random.uniform((5, 5)))
        with tf.GradientTape() as tape:
            y = tf.nn.softmax(x)
        assert tape.jacobian(y, x).shape == (5, 5, 5, 5)""",
    "functions of Python": """
        assert tf.map_fn(lambda row: row * 2.0, tf.ones((5, 5))).shape == (5, 5)
        assert tf.py_function(lambda value: value * 2, [tf.ones(3)], tf.float32).shape == (3,)""",
    "threads of one's own": """
        tf.config.threading.set_intra_op_parallelism_threads(4)
        tf.config.threading.set_inter_op_parallelism_threads(4)
        a = tf.random.uniform((400, 400))
        assert float(tf.function(lambda x: tf.reduce_sum(x @ x))(a)) > 0""",
    "a session as in TensorFlow 1": """
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            assert session.run(tf.reduce_sum(tf.ones((3, 3)))) == 9.0""",
    "a fresh start": """
        tf.keras.backend.clear_session()
        tf.random.set_seed(3)
        tf.config.run_functions_eagerly(True)
        assert float(tf.function(lambda x: x + 1)(tf.ones(()))) == 2.0""",
    "names from the beginning": """
        assert tf.keras.layers.Dense(1).name == "dense" """,
}


@pytest.mark.parametrize("use", USES)
def test_a_use_of_tensorflow_works_in_a_student_process(zygote, use):
    """Each in a process of its own, as its first operation."""
    lines = [line.removeprefix(" " * 8) for line in USES[use].splitlines()]
    with NotebookProcess(zygote, [Cell(use, "\n".join(["import numpy as np, tensorflow as tf", *lines]))]) as cells:
        cells.start()

        assert cells.outcomes == ()


def test_random_numbers_differ_between_processes(zygote):
    """What was drawn before the fork is not drawn again after it."""
    drawn = []
    for _ in range(2):
        with Student(
            zygote, [Cell("draw", "import tensorflow as tf\ndrawn = tf.random.uniform((4,)).numpy()")]
        ) as student:
            drawn.append(student.get("drawn").tolist())

    assert drawn[0] != drawn[1]
