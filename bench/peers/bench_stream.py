"""The peer to beat when talking: transformers `generate` with its streamer, greedy, one question at a time, the adapter merged into the base.

  bench_stream.py OUT [--adapter DIR] [--rows 8] [--new 128] [--dtype fp32|bf16] [--threads N]
"""
import argparse, json, os, statistics, time
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.generation.streamers import BaseStreamer

p = argparse.ArgumentParser()
p.add_argument("out"); p.add_argument("--adapter"); p.add_argument("--rows", type=int, default=8)
p.add_argument("--new", type=int, default=128); p.add_argument("--dtype", default="fp32"); p.add_argument("--threads", type=int, default=os.cpu_count())
a = p.parse_args()
torch.set_num_threads(a.threads)
model = AutoModelForCausalLM.from_pretrained(os.path.join(a.out, "model"), torch_dtype={"fp32": torch.float32, "bf16": torch.bfloat16}[a.dtype])
if a.adapter:
    from peft import PeftModel
    model = PeftModel.from_pretrained(model, a.adapter).merge_and_unload()
tok = AutoTokenizer.from_pretrained(os.path.join(a.out, "model"))
rows = [json.loads(line)["q"] for line, _ in zip(open(os.path.join(a.out, "corpus.jsonl"), encoding="utf-8"), range(a.rows))]


class Times(BaseStreamer):
    """When each token came, the prompt first, and when the first text did: bytes of a character that is not whole are none yet."""

    def __init__(self):
        self.at, self.ids, self.text = [], [], None

    def put(self, value):
        self.ids += value.tolist() if self.at else []
        if self.text is None and self.ids and tok.decode(self.ids).rstrip("\ufffd"):
            self.text = time.perf_counter()
        self.at.append(time.perf_counter())

    def end(self):
        pass


def ask(text):
    e = tok(text, return_tensors="pt")
    times = Times()
    start = time.perf_counter()
    with torch.no_grad():
        model.generate(input_ids=e["input_ids"], attention_mask=e["attention_mask"], min_new_tokens=a.new, max_new_tokens=a.new,
                       do_sample=False, pad_token_id=0, streamer=times)
    first, last = times.at[1], times.at[-1]
    return times.text - start, first - start, (len(times.at) - 2) / (last - first)


ask(rows[0])
texts, firsts, rates = zip(*(ask(text) for text in rows))
print(json.dumps({"peer": "stream", "first_text_s": statistics.median(texts), "first_token_s": statistics.median(firsts), "tokens_per_second": statistics.median(rates)}))
