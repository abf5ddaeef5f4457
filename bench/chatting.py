"""Rows about conversations: the tokenize job beside apply_chat_template and beside plain rows of the same text, and training on them."""
import json
import os
import shutil
import statistics

import tokenizing
import training
from results import compared
from sides import ENCODERS_PYTHON, OUT, THREADS, Failed, json_lines, peer, run, submit, timed

MEGABYTES = int(os.environ.get("CHAT_MB", 600))
TURNS = 3  # questions of a conversation
LONGEST = 65536  # nothing is cut, so that all sides do the same work
MODEL = OUT / "chat-model"
TEMPLATE = """{%- for message in messages -%}
{{- '[' + message['role'] + ']\\n' + message['content'] -}}
{{- eos_token if message['role'] == 'assistant' else '\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '[assistant]\\n' -}}{%- endif -%}
"""


def corpus(megabytes):
    """A folder with rows of two keys, the same rows as conversations, and the bench model with a template."""
    folder = tokenizing.corpus("chat", megabytes)
    chats = folder / "chats" / "corpus.jsonl"
    if not MODEL.exists():
        MODEL.mkdir(parents=True)
        for file in (training.BENCH / "model").iterdir():
            (MODEL / file.name).symlink_to(file)
        (MODEL / "chat_template.jinja").write_text(TEMPLATE)
    if not chats.exists():
        chats.parent.mkdir(exist_ok=True)
        with open(folder / "corpus.jsonl", encoding="utf-8") as rows, open(folder / "part", "w", encoding="utf-8") as out:
            turns = []
            for row in map(json.loads, rows):
                turns += [{"role": "user", "content": row["q"]}, {"role": "assistant", "content": row["a"]}]
                if len(turns) == 2 * TURNS:
                    out.write(json.dumps({"messages": turns}, ensure_ascii=False) + "\n")
                    turns = []
        (chats.parent / "model").symlink_to(MODEL)
        (folder / "part").rename(chats)
    return folder


def job(file, name, *flags):
    shutil.rmtree(OUT / name, ignore_errors=True)
    return submit("tokenize", f"local[{THREADS}]", "--model_checkpoint", MODEL, "--input_file", file, "--max_seq_length", LONGEST,
                  "--save_name", OUT / name, *flags)


def chat(folder):
    return job(folder / "chats" / "corpus.jsonl", "chat-table", "--prompt_form", "template")


def plain(folder):
    return job(folder / "corpus.jsonl", "plain-table", "--prompt_key", "q", "--target_key", "a")


def tokenize_chat(runs):
    """Tokens each second of conversations and of plain rows with the same text, and conversations each second of both tools."""
    folder, part, plains, peers = corpus(MEGABYTES), corpus(max(1, MEGABYTES // tokenizing.PEER_PARTS["datasets"])), [], []
    run(chat(part), "chat-table")
    tokens = tokenizing.made("chat-table")[1]
    for _ in range(runs):
        start = tokenizing.spark_start()
        both = [timed(command, name) - start for command, name in ((chat(folder), "chat-table"), (plain(folder), "plain-table"))]
        rows = tokenizing.made("chat-table")[0]
        plains.append(tuple(tokenizing.made(name)[1] / seconds for name, seconds in zip(("chat-table", "plain-table"), both)))
        theirs = peer("bench_tokenize", part / "chats", "--only", "chat", "--processes", THREADS, python=ENCODERS_PYTHON)[-1]
        if theirs["tokens"] != tokens:
            raise Failed(f"the work is not the same: apply_chat_template made {theirs['tokens']} tokens, we {tokens}")
        peers.append((rows / both[0], theirs["rows_per_second"]))
    return [compared("tokenize_chat", plains, 0.7, "tokens/s, peer: our plain rows"),
            compared("tokenize_chat_datasets", peers, 5, "conversations/s")]


def train_chat(runs):
    """Training on conversations beside plain rows of the same text, about as many tokens a step."""
    folder = corpus(2)
    for command, name in ((chat(folder), "chat-table"), (plain(folder), "plain-table")):
        run(command, name)
    return [compared("train_chat", [(rate("chat-table", 1), rate("plain-table", TURNS)) for _ in range(runs)], 0.7,
                     "tokens/s, peer: our plain rows")]


def rate(table, accumulate, steps=8, warm_up=2):
    output = OUT / "chat-run"
    shutil.rmtree(output, ignore_errors=True)
    run(submit("train", f"local-cluster[1,{THREADS},2048]", "--tokenized_dataset", OUT / table, "--model_checkpoint", MODEL, "--output_dir", output,
               "--sample_order", "file", "--per_device_train_batch_size", 4, "--gradient_accumulation_steps", accumulate, "--max_steps", steps,
               "--lora_rank", 8, "--max_tokens_per_micro_batch", 2048, "--gradient_checkpointing", "off", "--logging_steps", 1,
               "--save_steps", 1000, "--num_ranks", 1), "chat-run")
    log = next((output / "runs").glob("*/metrics.*.jsonl"))
    rates = [line["train/tokens_per_second"] for line in json_lines(log.read_text()) if "train/tokens_per_second" in line]
    return statistics.median(rates[warm_up:])
