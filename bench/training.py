"""Rows about training: our core and our Spark job beside PEFT."""
import json
import os
import shutil

from results import compared
from sides import OUT, THREADS, Failed, java, json_lines, peer, run, submit

BENCH = OUT / "training"
TABLE = OUT / "training-features"
RANKS = int(os.environ.get("TRAIN_RANKS", THREADS))  # ranks in the one process that share a step's rows, each with THREADS / RANKS threads
STEPS = 7  # the first two warm up
ROWS_PER_STEP = 8
CHECKED_STEPS = 6


def prepare():
    """The bench model, its corpus, the features in file order, and the same features as a table of ours."""
    if not (BENCH / "features.jsonl").exists():
        peer("bench_corpus", BENCH)
    if not (TABLE / "_features.json").exists():
        run(submit("tokenize", "local[1]", "--model_checkpoint", BENCH / "model", "--input_file", BENCH / "corpus.jsonl",
                   "--prompt_key", "q", "--target_key", "a", "--max_seq_length", 1024, "--cut_policy", "seed",
                   "--overwrite", "true", "--save_name", TABLE), "training-tokenize")


def same_work():
    """Fails unless all three trainers show the same losses from one saved adapter."""
    init, job = BENCH / "init", OUT / "same-run"
    if not init.exists():
        peer("bench_peft", BENCH, "--steps", 3, "--dropout", 0, "--save", init)
    flags = [BENCH, "--steps", CHECKED_STEPS, "--dropout", 0, "--init", init]
    expected = peer("bench_peft", *flags)[-1]["losses"]
    bare = core(*flags)["losses"]
    shutil.rmtree(job, ignore_errors=True)
    run(train_job("local[*]", job, CHECKED_STEPS, "--previous_lora_weights", init, "--lora_dropout", 0), "same-run")
    spark = [line["train/loss"] for log in sorted((job / "runs").glob("*/metrics.*.jsonl"))
             for line in json_lines(log.read_text()) if "train/loss" in line]
    for name, losses in (("the core", bare), ("the Spark job", spark)):
        off = [abs(a - b) for a, b in zip(losses, expected)]
        if len(losses) != len(expected) or max(off) > 1e-4:
            raise Failed(f"the work is not the same: {name} has losses {losses} (expected {expected} within 1e-4)")
        print(f"same work: largest difference of {name} in {len(off)} losses {max(off):.1e}", flush=True)


def train_job(master, output, steps, *more):
    return submit("train", master, "--tokenized_dataset", TABLE, "--model_checkpoint", BENCH / "model", "--output_dir", output,
                  "--sample_order", "file", "--per_device_train_batch_size", 4, "--gradient_accumulation_steps", 2,
                  "--max_steps", steps, "--learning_rate", "1e-4", "--lora_rank", 8, "--max_tokens_per_micro_batch", 2048,
                  "--gradient_checkpointing", "off", "--logging_steps", 1, "--save_steps", 1000, "--num_ranks", 1, *more)


def training(runs, dtype, checkpointing, goal):
    """Speed, memory, start and the machine's limit, all from the same pairs of runs."""
    name = f"{dtype}{'_checkpointing' if checkpointing else ''}"
    flags = [BENCH, "--dtype", dtype, "--steps", STEPS]
    pairs = []
    for _ in range(runs):
        theirs = peer("bench_peft", *flags, "--threads", THREADS, *(["--checkpointing"] if checkpointing else []))[-1]
        ours = core(*flags, "--checkpointing", str(checkpointing).lower(), "--limit", "true")
        pairs.append((ours, theirs))
    both = lambda ours, theirs: [(o[ours], t[theirs]) for o, t in pairs]
    rows = [
        compared(f"train_{name}", both("tokens_per_second", "tokens_per_second"), goal, "tokens/s"),
        compared(f"memory_{name}", both("peak_rss_mb", "peak_rss_mb"), 0.8, "MB", at_most=True),
        compared(f"limit_{name}", [(o["tokens_per_second"], o["limit_tokens_per_second"]) for o, _ in pairs],
                 0.6 if dtype == "bf16" else 0.75, "tokens/s, peer: the machine's limit")]
    if name == "fp32":
        rows.append(compared("start_to_first_step", both("first_step_s", "start_to_first_step"), 1.0, "s, peer's ÷ ours", inverse=True))
    return rows


def core(*flags, ranks=RANKS, threads=THREADS):
    """Our training core in one process: ranks x threads of its own."""
    return java("lora.BenchmarkTraining", *flags, "--ranks", ranks, "--threads", threads // ranks, threads=threads // ranks)[-1]


def spark(runs):
    """The same training in an executor process, beside the bare core."""
    steps, pairs = 12, []
    for _ in range(runs):
        bare = core(BENCH, "--steps", steps, ranks=1)["tokens_per_second"]
        pairs.append((job_speed(steps), bare))
    return [compared("spark", pairs, 0.97, "tokens/s, peer: the bare core")]


def job_speed(steps, warm_up=2):
    """Tokens per second of a train job on one executor after its first steps, by the times of its log entries."""
    output = OUT / "speed-run"
    shutil.rmtree(output, ignore_errors=True)
    run(train_job(f"local-cluster[1,{THREADS},2048]", output, steps), "speed-run")
    log = next((output / "runs").glob("*/metrics.*.jsonl"))
    times = {line["step"]: line["time"] for line in json_lines(log.read_text()) if "train/loss" in line}
    with open(BENCH / "features.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for line, _ in zip(lines, range(steps * ROWS_PER_STEP))]
    tokens = sum(len(row["input_ids"]) for row in rows[warm_up * ROWS_PER_STEP:])
    return tokens / (times[steps] - times[warm_up])


def two_ranks(runs):
    """Two ranks of one thread beside one such rank, the same 32 rows a step."""
    flags = [BENCH, "--steps", 4, "--accumulate", 8]
    pairs = [[core(*flags, ranks=ranks, threads=ranks)["tokens_per_second"] for ranks in (2, 1)] for _ in range(runs)]
    return [compared("two_ranks", pairs, 1.9, "tokens/s, peer: one rank")]


def evaluation(runs):
    """Held-out rows scored beside the same rows trained, with as many tokens at once."""
    flags, pairs = [BENCH, "--steps", STEPS], []
    for _ in range(runs):
        pairs.append((core(*flags, "--evaluate", "true"), core(*flags)))
    if abs(pairs[0][0]["losses"][0] - pairs[0][1]["losses"][0]) > 1e-4:
        raise Failed("the work is not the same: the first rows have another loss when they are evaluated")
    both = lambda name: [(e[name], t[name]) for e, t in pairs]
    return [compared("evaluation", both("tokens_per_second"), 1.8, "tokens/s, peer: our training"),
            compared("evaluation_memory", both("peak_rss_mb"), 1.0, "MB, peer: our training", at_most=True)]
