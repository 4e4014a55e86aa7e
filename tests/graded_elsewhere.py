"""Grade a pickled submission in a process of its own, as a worker does, and print what came of it as JSON.

    python graded_elsewhere.py COURSE SUBMISSION ITEM...

Nothing of the tests is imported, so that what is loaded in the end is what a worker loads.
"""

import json
import pickle
import sys
from pathlib import Path

opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)


def main(course: str, submission_file: str, *items: str) -> None:
    from autograder.course import assignment as assignments
    from autograder.running import preloaded, worker  # noqa: F401 - the fork server loads the first

    submission = pickle.loads(Path(submission_file).read_bytes())
    assignment = assignments.load(Path(course))
    plan = {}
    for item in items:
        plan.setdefault(assignment.item(item).notebook, set()).add(item)
    graded = json.loads(worker.grade(submission, worker.Course(Path(course), assignment.name), plan, "seed"))
    results = {item["id"]: item for part in graded["parts"].values() for item in part["items"]}
    loaded = [module.__file__ for module in sys.modules.values() if getattr(module, "__file__", None)]
    print(json.dumps({"items": results, "loaded": loaded, "opened": opened}))


if __name__ == "__main__":
    main(*sys.argv[1:])
