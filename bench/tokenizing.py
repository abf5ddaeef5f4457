"""Rows about tokenizing and predicting: the whole job, the encoders alone, growing corpora, greedy answers."""
import json
import os
import shutil
import statistics
import subprocess
import sys

import training
from results import compared
from sides import ENCODERS_PYTHON, OUT, ROOT, THREADS, Failed, java, peer, run, submit, timed, watched

MEGABYTES = int(os.environ.get("TOKENIZE_MB", 300))
SIZES = [int(mb) for mb in os.environ.get("SIZES", "100 500 2000").split()]
ENCODER_MB = os.environ.get("ENCODER_MB", "10")
CORPORA = OUT / "corpora"
PEER_PARTS = {"original": 10, "datasets": 3}  # their rows/s are measured on a tenth and a third, to save time
SMALL_HEAP = "160m"  # the smallest corpus fills it, so that only what the job needs can grow
ANY_HEAP = {"spark.testing.reservedMemory": 32 << 20}  # Spark refuses heaps below 450 MB
HARD_STRINGS = 10_000  # for each tokenizer, encoded by both sides before anything is timed
PREDICTED_ROWS = int(os.environ.get("PREDICT_ROWS", 96))


def corpus(name, megabytes):
    """A folder with corpus.jsonl of this size, and the bench model beside it for the peers."""
    folder = CORPORA / f"{name}-{megabytes}"
    file = folder / "corpus.jsonl"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        source = written_corpus()
        with open(folder / "part", "wb") as out:
            left = megabytes * 10**6
            while left > 0:  # a corpus larger than what was written repeats it
                with open(source, "rb") as lines:
                    for line in lines:
                        out.write(line)
                        left -= len(line)
                        if left <= 0:
                            break
        (folder / "part").rename(file)
        (folder / "model").symlink_to(training.BENCH / "model")
    return folder


def written_corpus():
    """As many different rows as the largest comparison needs, written by one process per core."""
    whole = CORPORA / f"written-{MEGABYTES}.jsonl"
    if not whole.exists():
        rows, cores = int(MEGABYTES * 1e6 / 740), os.cpu_count()
        parts = [CORPORA / f"part-{i}" for i in range(cores)]
        script = ROOT / "bench" / "peers" / "bench_corpus.py"
        writers = [subprocess.Popen([sys.executable, script, part, "--no-model", "--rows", str(rows // cores + 1), "--seed", str(100 + i)],
                                    stdout=subprocess.DEVNULL) for i, part in enumerate(parts)]
        if any(writer.wait() for writer in writers):
            raise Failed("a corpus could not be written")
        with open(whole, "wb") as out:
            for part in parts:
                with open(part / "corpus.jsonl", "rb") as text:
                    shutil.copyfileobj(text, out, 1 << 20)
                shutil.rmtree(part)
    return whole


def job(folder, name="tokenize-run", **options):
    """The rows as the original makes them: halves cut, then the whole."""
    shutil.rmtree(OUT / name, ignore_errors=True)
    return submit("tokenize", f"local[{THREADS}]", "--model_checkpoint", training.BENCH / "model", "--input_file", folder / "corpus.jsonl",
                  "--prompt_key", "q", "--target_key", "a", "--max_seq_length", 1024, "--cut_policy", "seed", "--save_name", OUT / name, **options)


def made(name="tokenize-run"):
    contract = json.loads((OUT / name / "_features.json").read_text())
    return contract["counts"]["written"], contract["lengths"]["tokens"]


def spark_start():
    """Seconds of a job that starts Spark, finds no corpus and ends with exit code 3."""
    return timed(job(CORPORA / "nowhere"), "spark-start", code=3)


def tokenize(runs):
    whole = corpus("whole", MEGABYTES)
    parts = {name: corpus("part", max(1, MEGABYTES // part)) for name, part in PEER_PARTS.items()}
    tokens = {}
    for name, folder in parts.items():
        run(job(folder), "tokenize-run")
        tokens[name] = made()[1]
    pairs = {name: [] for name in parts}
    for _ in range(runs):
        start = spark_start()
        seconds = timed(job(whole), "tokenize-run") - start
        for name, folder in parts.items():
            theirs = peer("bench_tokenize", folder, "--only", name, "--processes", THREADS, python=ENCODERS_PYTHON)[-1]
            if theirs["tokens"] != tokens[name]:
                raise Failed(f"the work is not the same: {name} made {theirs['tokens']} tokens, we {tokens[name]}")
            pairs[name].append((made()[0] / seconds, theirs["rows_per_second"]))
    return [compared(f"tokenize_{name}", pairs[name], goal, "rows/s") for name, goal in (("original", 10), ("datasets", 3))]


def encoders(runs):
    """One thread on one core, texts nobody has seen, after as much text to warm the caches."""
    folder, pairs = OUT / "encoders", {}
    if not (folder / "sp-json" / "tokenizer.json").exists():
        peer("bench_encoders", "make", folder, "--megabytes", ENCODER_MB, python=ENCODERS_PYTHON)
    same_ids(folder)
    for _ in range(runs):
        theirs = peer("bench_encoders", "time", folder, "--runs", 1, threads=1, python=ENCODERS_PYTHON)
        ours = {(r["peer"], r["text"]): r for r in java("text.BenchmarkEncoders", folder, "--runs", 1, threads=1)}
        for their in theirs:
            mine = ours[their["peer"], their["text"]]
            if mine["tokens"] != their["tokens"]:
                raise Failed(f"the work is not the same: {their} against {mine}")
            pairs.setdefault((their["peer"], their["text"]), []).append((mine["mb_per_second"], their["mb_per_second"]))
    goals = {("bpe", "latin"): 5, ("bpe", "han"): 3, ("sp", "latin"): 1.5, ("sp", "han"): 1.0}
    return [compared(f"encoder_{model}_{text}", both, goals[model.split("-")[0], text], "MB/s") for (model, text), both in pairs.items()]


def same_ids(folder):
    """Our encoders against the published libraries on hard strings: Unicode at random, special tokens, long runs."""
    models = sorted(folder.glob("*/tokenizer.*"))
    for line in java("text.FuzzEncoders", 20261127, HARD_STRINGS, *models, threads=1):
        if line.get("equal_strings") != HARD_STRINGS:
            raise Failed(f"not encoded by our own encoder: {line}")


def size(runs):
    """Time per MB of growing corpora without an empty job's time, and the memory of the one JVM that does it all."""
    empty = CORPORA / "empty"
    empty.mkdir(parents=True, exist_ok=True)
    (empty / "corpus.jsonl").write_text('{"q": "one", "a": "row"}\n')
    nothing = statistics.median(timed(job(empty, memory="512m"), "empty-run") for _ in range(min(3, runs)))
    per_mb, memory = {}, {}
    for megabytes in SIZES:
        folder, times = corpus("size", megabytes), range(1 if megabytes >= 1000 else min(3, runs))
        seconds = [timed(job(folder, memory="512m"), "size-run") for _ in times]
        per_mb[megabytes] = (statistics.median(seconds) - nothing) / megabytes
        resident = [watched(job(folder, memory=SMALL_HEAP, settings=ANY_HEAP), "size-run")["resident_mb"] for _ in times]
        memory[megabytes] = statistics.median(resident)
        print(f"size: {megabytes} MB {1000 * per_mb[megabytes]:.1f} ms/MB, {memory[megabytes]:.0f} MB resident", flush=True)
    spread = lambda name, by, unit: compared(name, [(max(by.values()), min(by.values()))], 1.1, unit, at_most=True)
    return [spread("size_time", {mb: 1000 * s for mb, s in per_mb.items()}, "ms/MB, largest ÷ smallest"),
            spread("size_memory", memory, "MB, largest ÷ smallest")]


def generate(runs):
    """With prompt lookup as the job has it by default, and without."""
    flags = [training.BENCH, "--rows", PREDICTED_ROWS, "--threads", THREADS]
    theirs, ours = OUT / "ids-peer.txt", OUT / "ids.txt"
    lookup, plain, same, accepted = [], [], [], []
    for _ in range(runs):
        peers = peer("bench_generate", *flags, "--ids", theirs)[-1]["tokens_per_second"]
        made = java("predict.BenchmarkGenerate", *flags, "--ids", ours)[-1]
        lookup.append((made["tokens_per_second"], peers))
        accepted.append((made["accepted"], made["proposed"]))
        same.append(equal_lines(ours, theirs))
        made = java("predict.BenchmarkGenerate", *flags, "--prompt_lookup_num_tokens", 0)[-1]
        plain.append((made["tokens_per_second"], peers))
    return [compared("generate", lookup, 3, "tokens/s"), compared("generate_without_lookup", plain, 3, "tokens/s"),
            compared("generate_accepted", accepted, 0.5, "tokens, peer: proposed"),
            compared("generate_same", same, 0.9, "answers equal to the peer's, peer: all")]


def equal_lines(ours, theirs):
    """How many rows are the same, and how many there are; white space does not count."""
    rows = [[json.loads(line) for line in file.read_text().splitlines()] for file in (ours, theirs)]
    return sum(a == b for a, b in zip(*rows, strict=True)), len(rows[0])
