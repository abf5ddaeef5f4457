"""Compares sparklora with the Python tools people would otherwise use; see `make bench`.

  bench.py [ROW ...]     all rows, or some; environment: RUNS=5 THREADS=2 TOKENIZE_MB=300 SIZES="100 500 2000"

Rows are measured one after the other; each goes into target/bench/results.json and, with at least 5 runs, into
docs/benchmarks.md when it is done.
"""
import os
import sys
import time

import chatting
import results
import starting
import talking
import tokenizing
import training
from sides import OUT, Failed

RUNS = int(os.environ.get("RUNS", 5))
TRAINING = {
    "train_fp32": lambda runs: training.training(runs, "fp32", False, 2.5),
    "train_bf16": lambda runs: training.training(runs, "bf16", False, 3.0),
    "train_checkpointing": lambda runs: training.training(runs, "fp32", True, 2.0),
    "spark": training.spark,
    "evaluation": training.evaluation,
    "train_chat": chatting.train_chat,
    "two_ranks": training.two_ranks,
}
ROWS = TRAINING | {
    "tokenize": tokenizing.tokenize,
    "tokenize_chat": chatting.tokenize_chat,
    "encoders": tokenizing.encoders,
    "size": tokenizing.size,
    "generate": tokenizing.generate,
    "start": starting.start,
    "talk": talking.talk,
}
ORDER = ["train_fp32", "train_bf16", "train_fp32_checkpointing", "limit_fp32", "limit_bf16", "limit_fp32_checkpointing", "memory_fp32",
         "memory_bf16", "memory_fp32_checkpointing", "spark", "evaluation", "evaluation_memory", "train_chat", "two_ranks", "start_to_first_step", "start_one_row", "tokenize_original", "tokenize_datasets", "tokenize_chat", "tokenize_chat_datasets",
         *(f"encoder_{m}_{t}" for m in ("bpe-8k", "bpe-32k", "sp-bpe", "sp-unigram", "sp-json") for t in ("latin", "han")),
         "size_time", "size_memory", "generate", "generate_without_lookup", "generate_accepted", "generate_same", "talk_first_token", "talk_tokens", "talk_clients",
         "talk_ready"]


def main():
    names = sys.argv[1:] or list(ROWS)
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        sys.exit(f"Cannot measure {' '.join(unknown)}, there is no such row (expected some of {' '.join(ROWS)}).")
    OUT.mkdir(parents=True, exist_ok=True)
    training.prepare()
    if any(name in TRAINING for name in names):
        try:
            training.same_work()
        except Failed as e:
            sys.exit(f"Cannot compare: {e}")
    failed = [name for name in names if not measured(name)]
    if failed:
        sys.exit(f"Rows without a result: {' '.join(failed)}")


def measured(name):
    start = time.time()
    try:
        rows = ROWS[name](RUNS)
    except Exception as e:  # one row's failure must not lose the others
        print(f"{name}: {type(e).__name__}: {e}", file=sys.stderr, flush=True)
        return False
    results.keep(rows, ORDER, RUNS)
    for row in rows:
        print(f"{row['name']}: {row['ratio']:.2f} ({row['minimum']:.2f} to {row['maximum']:.2f}), goal {row['goal_is']} {row['goal']:g}, "
              f"{'met' if row['met'] else 'MISSED'}; {row['ours']:g} against {row['peer']:g} {row['unit']}", flush=True)
    print(f"{name} took {time.time() - start:.0f} s", flush=True)
    return True


main()
