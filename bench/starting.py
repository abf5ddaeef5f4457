"""Row about the start: a job on one row with the archive of Spark's classes that `make build` leaves, against the same without."""
import json
import shutil

from results import compared
from sides import OUT, ROOT, Failed, submit, timed

GOAL = 0.7


def start(runs):
    archives = list((ROOT / "jobs/target").glob("classes-of-*.jsa"))
    if not archives:
        raise Failed("there is no archive of classes: make build")
    corpus = OUT / "one.jsonl"
    corpus.write_text(json.dumps({"q": "1 + 1 =", "a": "2"}) + "\n")
    pairs = [(once(corpus), without(archives, corpus)) for _ in range(runs)]
    return [compared("start_one_row", pairs, GOAL, "s", at_most=True)]


def without(archives, corpus):
    for archive in archives:
        archive.rename(archive.with_suffix(".off"))
    try:
        return once(corpus)
    finally:
        for archive in archives:
            archive.with_suffix(".off").rename(archive)


def once(corpus):
    table = OUT / "one-row"
    shutil.rmtree(table, ignore_errors=True)
    return timed(submit("tokenize", "local[1]", "--model_checkpoint", ROOT / "weights/tiny-chatglm2", "--input_file", corpus,
                        "--prompt_key", "q", "--target_key", "a", "--save_name", table), "start_one_row")
