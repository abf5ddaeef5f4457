"""The machine's own limit: the best rate of a matrix product over the shapes of OUT/model's layers and head.

  bench_matmul.py OUT [--dtype fp32|bf16] [--threads N]

Prints one JSON line: GFLOP/s of the best shape, and of each shape.
"""
import argparse, json, os, time
import torch

p = argparse.ArgumentParser()
p.add_argument("out"); p.add_argument("--dtype", default="fp32"); p.add_argument("--threads", type=int, default=os.cpu_count())
a = p.parse_args()
torch.set_num_threads(a.threads)
dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[a.dtype]
c = json.load(open(os.path.join(a.out, "model", "config.json")))
h, f, v = c["hidden_size"], c["intermediate_size"], c["vocab_size"]


def rate(tokens, inputs, outputs):
    x, w = torch.randn(tokens, inputs).to(dtype), torch.randn(outputs, inputs).to(dtype)
    best, end = 1e9, time.perf_counter() + 0.4
    while time.perf_counter() < end:
        start = time.perf_counter()
        torch.nn.functional.linear(x, w)
        best = min(best, time.perf_counter() - start)
    return round(2e-9 * tokens * inputs * outputs / best, 1)


with torch.no_grad():
    rates = {f"{t}x{i}x{o}": rate(t, i, o) for t in (512, 2048) for i, o in ((h, h), (h, f), (f, h), (h, v))}
print(json.dumps({"peer": "matmul", "dtype": a.dtype, "threads": a.threads, "gflops": max(rates.values()), "rates": rates}))
