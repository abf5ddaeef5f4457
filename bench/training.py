"""Rows about training: our core and our Spark job beside PEFT."""
import json
import shutil

from results import compared
from sides import OUT, Failed, THREADS, java, json_lines, peer, run, submit

BENCH = OUT / "training"
TABLE = OUT / "training-features"
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


def features(first, last):
    """Rows of steps FIRST to LAST - 1 as (length, prompt length)."""
    with open(BENCH / "features.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for line, _ in zip(lines, range(last))]
    return [(len(r["input_ids"]), r["seq_len"]) for r in rows[first:]]


def same_work():
    """Fails unless all three trainers show the same losses from one saved adapter."""
    init, job = BENCH / "init", OUT / "same-run"
    if not init.exists():
        peer("bench_peft", BENCH, "--steps", 3, "--dropout", 0, "--save", init)
    flags = ["--steps", CHECKED_STEPS, "--dropout", 0, "--init", init]
    expected = peer("bench_peft", BENCH, *flags)[-1]["losses"]
    core = java("lora.BenchmarkTraining", BENCH, *flags, "--threads", THREADS)[-1]["losses"]
    shutil.rmtree(job, ignore_errors=True)
    run(train_job("local[*]", job, CHECKED_STEPS, "--previous_lora_weights", init, "--lora_dropout", 0), "same-run")
    spark = [line["train/loss"] for log in sorted((job / "runs").glob("*/metrics.*.jsonl"))
             for line in json_lines(log.read_text()) if "train/loss" in line]
    for name, losses in (("the core", core), ("the Spark job", spark)):
        off = [abs(a - b) for a, b in zip(losses, expected)]
        if len(losses) != len(expected) or max(off) > 1e-4:
            raise Failed(f"the work is not the same: {name} has losses {losses} (expected {expected} within 1e-4)")
        print(f"same work: largest difference of {name} in {len(off)} losses {max(off):.1e}", flush=True)


def train_job(master, output, steps, *more, accumulate=2, ranks=1):
    return submit("train", master, "--tokenized_dataset", TABLE, "--model_checkpoint", BENCH / "model", "--output_dir", output,
                  "--sample_order", "file", "--per_device_train_batch_size", 4, "--gradient_accumulation_steps", accumulate,
                  "--max_steps", steps, "--learning_rate", "1e-4", "--lora_rank", 8, "--max_tokens_per_micro_batch", 2048,
                  "--gradient_checkpointing", "off", "--logging_steps", 1, "--save_steps", 1000, "--num_ranks", ranks, *more)


def training(runs, dtype, checkpointing, goal):
    """Speed, memory, start and the machine's limit, all from the same pairs of runs."""
    name = f"{dtype}{'_checkpointing' if checkpointing else ''}"
    flags = [BENCH, "--dtype", dtype, "--steps", STEPS, "--threads", THREADS]
    pairs, rates = [], []
    for _ in range(runs):
        theirs = peer("bench_peft", *flags, *(["--checkpointing"] if checkpointing else []))[-1]
        ours = java("lora.BenchmarkTraining", *flags, "--checkpointing", str(checkpointing).lower())[-1]
        rates.append(peer("bench_matmul", BENCH, "--dtype", dtype, "--threads", THREADS)[-1]["gflops"] * 1e9)
        pairs.append((ours, theirs))
    both = lambda key: [(ours[key], theirs[key]) for ours, theirs in pairs]
    limits = [rate / flop_per_token(checkpointing) for rate in rates]
    rows = [
        compared(f"train_{name}", both("tokens_per_second"), goal, "tokens/s"),
        compared(f"memory_{name}", both("peak_rss_mb"), 0.8, "MB", at_most=True),
        compared(f"limit_{name}", [(o["tokens_per_second"], limit) for (o, _), limit in zip(pairs, limits)],
                 0.6 if dtype == "bf16" else 0.75, "tokens/s")]
    if name == "fp32":
        rows.append(compared("start_to_first_step", both("start_to_first_step"), 1.0, "s, peer's ÷ ours", inverse=True))
    return rows


def flop_per_token(checkpointing):
    """4 (6 with recomputation) x weights of the layers + 4 x head x labelled share + attention's own products."""
    c = json.loads((BENCH / "model" / "config.json").read_text())
    h, layers = c["hidden_size"], c["num_hidden_layers"]
    rows = features(2 * ROWS_PER_STEP, STEPS * ROWS_PER_STEP)
    tokens = sum(n for n, _ in rows)
    labelled = sum(n - max(prompt, 1) for n, prompt in rows) / tokens
    attended = sum(n * n for n, _ in rows) / tokens  # ids in the row of a token, in the mean
    weights = layers * (4 * h * h + 3 * h * c["intermediate_size"])
    # A causal row of n: two products of n/2 x h multiply-adds a token forward, twice that backward.
    attention = layers * 2 * attended * h * (4 if checkpointing else 3)
    return (6 if checkpointing else 4) * weights + 4 * h * c["vocab_size"] * labelled + attention


def spark(runs):
    """The same training in an executor, beside the bare core."""
    steps, pairs = 12, []
    for _ in range(runs):
        ours = java("lora.BenchmarkTraining", BENCH, "--steps", steps, "--threads", THREADS)[-1]["tokens_per_second"]
        pairs.append((job_speed(f"local-cluster[1,{THREADS},2048]", steps, 2), ours))
    return [compared("spark", pairs, 0.97, "tokens/s, peer: the bare core")]


def ranks(runs):
    pairs = []
    for _ in range(runs):
        one = job_speed("local-cluster[1,1,2048]", 3, 1, accumulate=8)
        pairs.append((job_speed("local-cluster[2,1,2048]", 3, 1, accumulate=8, ranks=2), one))
    return [compared("two_ranks", pairs, 1.9, "tokens/s, peer: one rank")]


def job_speed(master, steps, warm_up, accumulate=2, ranks=1):
    """Tokens per second of a train job after its first steps, by the times of its log entries."""
    output, per_step = OUT / "speed-run", 4 * accumulate * ranks
    shutil.rmtree(output, ignore_errors=True)
    run(train_job(master, output, steps, accumulate=accumulate, ranks=ranks), "speed-run")
    log = next((output / "runs").glob("*/metrics.*.jsonl"))
    times = {line["step"]: line["time"] for line in json_lines(log.read_text()) if "train/loss" in line}
    tokens = sum(n for n, _ in features(warm_up * per_step, steps * per_step))
    return tokens / (times[steps] - times[warm_up])
