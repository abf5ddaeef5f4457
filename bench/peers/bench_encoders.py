"""The peers of our own encoders: the Rust tokenizers library and the sentencepiece package, from Python, one thread.

  bench_encoders.py make OUT [--megabytes 10]   trains the models, writes OUT/{latin,han}.txt (one text a line, none of them trained on)
  bench_encoders.py time OUT [--runs 5]         prints one JSON line for each model and text: MB/s of UTF-8 with warm caches

OUT/bpe-8k    byte-level BPE with the GPT-2 pattern, as bench_corpus.py trains it
OUT/bpe-32k   byte-level BPE with NFC and Qwen2's pattern
OUT/sp-bpe, OUT/sp-unigram   SentencePiece models, vocabulary 32,000, byte fallback; unigram with the nmt_nfkc map
OUT/sp-json   sp-bpe as a tokenizer.json, the form of LLaMA 2 and Mistral
"""
import argparse, json, os, random, statistics, time

os.environ["RAYON_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import bench_corpus

PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
           r"|\s*[\r\n]+|\s+(?!\S)|\s+")


def is_han(sentence):
    return sentence.endswith("。")


def text(rng, han, chars):
    parts, size = [], 0
    while size < chars:
        s = bench_corpus.sentence(rng)
        if is_han(s) == han:
            parts.append(s.replace("\n", " "))
            size += len(s)
    return "".join(parts)


def texts(seed, han, megabytes):
    rng, size = random.Random(seed), 0
    while size < megabytes * 1e6:
        t = text(rng, han, rng.randint(40, 600))
        size += len(t.encode())
        yield t


def train_byte_level(out, lines, size, gpt2):
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
    tok = Tokenizer(models.BPE())
    if gpt2:
        tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    else:
        tok.normalizer = normalizers.NFC()
        tok.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(PATTERN), "isolated"),
                                                     pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tok.decoder = decoders.ByteLevel()
    tok.train_from_iterator(lines, trainers.BpeTrainer(vocab_size=size, special_tokens=["<|endoftext|>"], show_progress=False,
                                                       initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    os.makedirs(out, exist_ok=True)
    tok.save(os.path.join(out, "tokenizer.json"))


def train_sentencepiece(out, lines, kind, **options):
    import sentencepiece
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "tokenizer.model"), "wb") as f:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_writer=f, model_type=kind, vocab_size=32000, character_coverage=0.9999,
            byte_fallback=True, split_digits=True, num_threads=os.cpu_count(), minloglevel=2, max_sentence_length=100000, **options)


def write_json(out, model):
    """The pieces as transformers converts them: every way to make a piece of two is a merge, in the order of the pieces."""
    from sentencepiece import SentencePieceProcessor
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    sp = SentencePieceProcessor(model_file=model)
    vocabulary = {sp.id_to_piece(i): i for i in range(sp.get_piece_size())}
    merges = [(piece[:at], piece[at:]) for piece in vocabulary for at in range(1, len(piece))
              if piece[:at] in vocabulary and piece[at:] in vocabulary]
    tok = Tokenizer(models.BPE(vocabulary, merges, byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    tok.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    tok.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tok.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in ("<unk>", "<s>", "</s>")])
    os.makedirs(out, exist_ok=True)
    tok.save(os.path.join(out, "tokenizer.json"))


def make(out, megabytes):
    os.makedirs(out, exist_ok=True)
    lines = list(texts(1, False, megabytes)) + list(texts(2, True, megabytes))
    train_byte_level(os.path.join(out, "bpe-8k"), lines, 8192, True)
    train_byte_level(os.path.join(out, "bpe-32k"), lines, 32000, False)
    train_sentencepiece(os.path.join(out, "sp-bpe"), lines, "bpe", normalization_rule_name="identity",
                        remove_extra_whitespaces=False)
    train_sentencepiece(os.path.join(out, "sp-unigram"), lines, "unigram")
    write_json(os.path.join(out, "sp-json"), os.path.join(out, "sp-bpe", "tokenizer.model"))
    for name, seed, han in [("latin", 3, False), ("han", 4, True)]:
        with open(os.path.join(out, name + ".txt"), "w", encoding="utf-8") as f:
            f.writelines(t + "\n" for t in texts(seed, han, megabytes))


def encoders(out):
    from sentencepiece import SentencePieceProcessor
    from tokenizers import Tokenizer
    for name in ["bpe-8k", "bpe-32k", "sp-json"]:
        tok = Tokenizer.from_file(os.path.join(out, name, "tokenizer.json"))
        yield name, lambda lines, tok=tok: sum(len(e.ids) for e in tok.encode_batch(lines))
    for name in ["sp-bpe", "sp-unigram"]:
        sp = SentencePieceProcessor(model_file=os.path.join(out, name, "tokenizer.model"))
        yield name, lambda lines, sp=sp: sum(map(len, sp.encode(lines, num_threads=1)))


def measure(out, runs):
    """The first half of a text warms the caches, the second half, which is new, is timed."""
    for name, encode in encoders(out):
        for script in ["latin", "han"]:
            with open(os.path.join(out, script + ".txt"), encoding="utf-8") as f:
                lines = f.read().split("\n")[:-1]
            warm, new = lines[:len(lines) // 2], lines[len(lines) // 2:]
            size, rates = sum(len(x.encode()) for x in new) / 1e6, []
            encode(warm)
            for _ in range(runs):
                start = time.perf_counter()
                tokens = encode(new)
                rates.append(size / (time.perf_counter() - start))
            print(json.dumps({"peer": name, "text": script, "mb_per_second": round(statistics.median(rates), 2),
                              "minimum": round(min(rates), 2), "maximum": round(max(rates), 2), "tokens": tokens}), flush=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("what", choices=["make", "time"]); p.add_argument("out")
    p.add_argument("--megabytes", type=float, default=10); p.add_argument("--runs", type=int, default=5)
    a = p.parse_args()
    if a.what == "make":
        make(a.out, a.megabytes)
    else:
        measure(a.out, a.runs)


main()
