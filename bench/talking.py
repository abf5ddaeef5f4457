"""Rows about answers while somebody waits: submit/serve.sh beside transformers' streaming generate, clients at once beside one by one, and its start."""
import concurrent.futures
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import time

import training
from results import compared
from sides import OUT, ROOT, THREADS, Failed, peer, timed

ROWS = 8  # questions of one client, and clients at once
TOKENS = 128
READY_SECONDS = 2
LIMIT = 300


class Server:
    """submit/serve.sh on the bench model with one adapter under two names."""

    def __init__(self, adapter):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [ROOT / "submit/serve.sh", "--master", "local[1]", "--driver-memory", "2g", "--", "--model_checkpoint", training.BENCH / "model",
                   "--port", self.port, "--threads", THREADS, "--prompt_format", "{prompt}", "--batch_size", ROWS]
        for name in "ab":
            command += ["--adapter", f"{name}={adapter}"]
        self.log = open(OUT / "serve.err", "w", encoding="utf-8")
        self.start = time.perf_counter()
        self.process = subprocess.Popen([str(word) for word in command], stdout=self.log, stderr=self.log, cwd=ROOT,
                                        env=dict(os.environ, SPARK_LOCAL_IP="127.0.0.1", OFFLINE="true"))

    def __enter__(self):
        """Waits for the page."""
        while True:
            try:
                self.get("/")
                self.ready = time.perf_counter() - self.start
                return self
            except OSError:
                if self.process.poll() is not None or time.perf_counter() - self.start > LIMIT:
                    raise Failed(f"the server did not start: see {OUT}/serve.err") from None
                time.sleep(0.01)

    def __exit__(self, *thrown):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.log.close()

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        connection.request("GET", path)
        return connection.getresponse().read()

    def ask(self, text, model):
        """Seconds to the first text, tokens a second behind it, and tokens."""
        body = {"model": model, "messages": [{"role": "user", "content": text}], "stream": True, "stream_options": {"include_usage": True},
                "max_tokens": TOKENS, "min_tokens": TOKENS, "temperature": 0}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        start = time.perf_counter()
        connection.request("POST", "/v1/chat/completions", json.dumps(body), {"Content-Type": "application/json"})
        first = last = tokens = 0
        for line in connection.getresponse():
            if not line.startswith(b"data: {"):
                continue
            event = json.loads(line[6:])
            if event.get("usage"):
                tokens = event["usage"]["completion_tokens"]
            if event.get("choices") and event["choices"][0]["delta"].get("content"):
                last = time.perf_counter()
                first = first or last
        if tokens != TOKENS:
            raise Failed(f"the work is not the same: an answer has {tokens} tokens (expected {TOKENS})")
        return first - start, (tokens - 1) / (last - first), tokens


def questions():
    with open(training.BENCH / "corpus.jsonl", encoding="utf-8") as corpus:
        return [json.loads(line)["q"] for line, _ in zip(corpus, range(ROWS))]


def adapter():
    init = training.BENCH / "init"
    if not init.exists():
        peer("bench_peft", training.BENCH, "--steps", 3, "--dropout", 0, "--save", init)
    return init


def talk(runs):
    """One chat beside the streamer, clients of two adapters at once beside one by one, and the page's start."""
    texts, firsts, rates, clients, ready = questions(), [], [], [], []
    help_seconds = statistics.median(timed([ROOT / "submit/serve.sh", "--help"], "serve-help") for _ in range(3))
    for _ in range(runs):
        theirs = peer("bench_stream", training.BENCH, "--adapter", adapter(), "--rows", ROWS, "--new", TOKENS, "--threads", THREADS)[-1]
        with Server(adapter()) as server:
            ready.append((max(0.0, server.ready - help_seconds), 1))
            server.ask(texts[0], "a")
            alone = [server.ask(text, "a") for text in texts]
            clients.append((at_once(server, texts), one_by_one(server, texts)))
        firsts.append((statistics.median(first for first, _, _ in alone), theirs["first_text_s"]))
        rates.append((statistics.median(rate for _, rate, _ in alone), theirs["tokens_per_second"]))
    return [compared("talk_first_token", firsts, 1.5, "s to the first text, peer's ÷ ours", inverse=True),
            compared("talk_tokens", rates, 1.5, "tokens/s"),
            compared("talk_clients", clients, 3, "tokens/s, peer: one by one"),
            compared("talk_ready", ready, READY_SECONDS, "s behind `--help`, peer: a second", at_most=True)]


def one_by_one(server, texts):
    start = time.perf_counter()
    tokens = sum(server.ask(text, "ab"[i % 2])[2] for i, text in enumerate(texts))
    return tokens / (time.perf_counter() - start)


def at_once(server, texts):
    start = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(len(texts)) as pool:
        tokens = sum(answer[2] for answer in pool.map(lambda i: server.ask(texts[i], "ab"[i % 2]), range(len(texts))))
    return tokens / (time.perf_counter() - start)
