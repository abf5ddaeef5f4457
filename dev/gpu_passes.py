"""Counts what a layer and the loss cost on a GPU, without one: the kernels run on tensors that have a device, a shape and a type, but no numbers.

  gpu_passes.py common/src/main/resources/org/sparklora/tensor/kernels.py [--tokens 4096] [--row 2048]

Needs torch built for CUDA, no driver. Prints a line of JSON for each part: kernels called from Java, launches on the GPU, bytes that operators beside
products and attention move, and how often the host waits for the GPU. The calls are those of a LLaMA-shaped layer with adapters on q and v and dropout,
in bf16, and in `forms` of every kernel that has a form for GPUs, in three types: what does not fit together ends the program with 1.
"""
import argparse, collections, io, json, re, sys, zipfile
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode

BF16, FP16, FP32 = torch.bfloat16, torch.float16, torch.float32
# Operators that launch nothing: they look at memory that is there, or take some.
FREE = re.compile(r"(prim|view|as_strided|empty|empty_like|select|slice|narrow|transpose|t|unsqueeze|squeeze|expand|detach|unflatten|alias|permute|split"
                  r"|_unsafe_view|_reshape_alias)\.")
HEAVY = re.compile(r"(mm|addmm|addmm_|bmm|linear|_flash_attention|_efficient_attention)")
WAITS = re.compile(r"(_local_scalar_dense|item|nonzero|is_nonzero|equal)\.")

# Three functions need a GPU or numbers: what they answer does not change what is counted.
STAND_INS = {
    "is_flash": "    return torch.__and__(torch.ne(q.dtype, 6), torch.eq(torch.remainder(torch.size(q, 2), 8), 0))\n",
    "numbers": "    return torch.to(torch.empty([torch.len(x)], dtype=3, layout=None, device=torch.device(\"cpu\"), pin_memory=None, memory_format=None), "
               "like.device, 3, True, False)\n",
    "sent": "    return torch.to(x, like.device, x.dtype, True, False)\n",
}
# Attention by its formula, on the CPU: the calls of a packed kernel around it are then those of a GPU. `out` may hold other
# tokens' results where grad is 0, as it does for prompts that are seen in both directions.
FORMULA = {
    "packed": """    out = torch.empty_like(q)
    for i in range(torch.sub(torch.len(starts), 1)):
      a = starts[i]
      n = torch.sub(starts[torch.add(i, 1)], a)
      p = (self).chances(q, k, a, n, causal, scale)
      rv = torch.transpose(torch.narrow((self).shared(v, torch.size(q, 1)), 0, a, n), 0, 1)
      _0 = torch.copy_(torch.narrow(out, 0, a, n), torch.transpose(torch.bmm(p, rv), 0, 1))
    return [out, q, q, q]

  def chances(self: __torch__.Ops, q: Tensor, k: Tensor, a: int, n: int, causal: bool, scale: float) -> Tensor:
    rq = torch.transpose(torch.narrow(q, 0, a, n), 0, 1)
    rk = torch.transpose(torch.narrow((self).shared(k, torch.size(q, 1)), 0, a, n), 0, 1)
    scores = torch.mul(torch.bmm(rq, torch.transpose(rk, 1, 2)), scale)
    if causal:
      scores = torch.add(scores, torch.triu(torch.full([n, n], -inf, dtype=q.dtype, layout=None, device=q.device, pin_memory=None), 1), alpha=1)
    return torch.softmax(scores, -1, None)
""",
    "packed_backward": """    gq = torch.empty_like(q)
    gk = torch.empty_like(k)
    gv = torch.empty_like(v)
    groups = torch.size(k, 1)
    for i in range(torch.sub(torch.len(starts), 1)):
      a = starts[i]
      n = torch.sub(starts[torch.add(i, 1)], a)
      p = (self).chances(q, k, a, n, causal, scale)
      g = torch.transpose(torch.narrow(grad, 0, a, n), 0, 1)
      o = torch.transpose(torch.narrow(results[0], 0, a, n), 0, 1)
      rq = torch.transpose(torch.narrow(q, 0, a, n), 0, 1)
      rk = torch.transpose(torch.narrow((self).shared(k, torch.size(q, 1)), 0, a, n), 0, 1)
      rv = torch.transpose(torch.narrow((self).shared(v, torch.size(q, 1)), 0, a, n), 0, 1)
      slopes = torch.sub(torch.bmm(g, torch.transpose(rv, 1, 2)), torch.sum(torch.mul(g, o), [-1], True), alpha=1)
      ds = torch.mul(torch.mul(p, slopes), scale)
      _0 = torch.copy_(torch.narrow(gq, 0, a, n), torch.transpose(torch.bmm(ds, rk), 0, 1))
      _1 = torch.copy_(torch.narrow(gk, 0, a, n), (self).gathered(torch.transpose(torch.bmm(torch.transpose(ds, 1, 2), rq), 0, 1), groups))
      _2 = torch.copy_(torch.narrow(gv, 0, a, n), (self).gathered(torch.transpose(torch.bmm(torch.transpose(p, 1, 2), g), 0, 1), groups))
    return [gq, gk, gv]
""",
}


def load(text, stand_ins):
    for name, body in stand_ins.items():
        text, found = re.subn(rf"(  def {name}\(self: .*?\) -> [^\n]*:\n)(    [^\n]*\n)+", lambda m: m.group(1) + body, text, flags=re.DOTALL)
        if found != 1:
            sys.exit(f"Cannot count, kernels.py has no function {name}")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        for entry, content in (("data.pkl", b"\x80\x02c__torch__\nOps\n)\x81}b."), ("code/__torch__.py", text), ("constants.pkl", b"\x80\x02)."), ("version", "10\n")):
            packed.writestr("ops/" + entry, content)
    return torch.jit.load(io.BytesIO(archive.getvalue()))


def flat(values):
    for value in values:
        if torch.is_tensor(value):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from flat(value)


def size(tensors):
    return sum(t.numel() * t.element_size() for t in tensors)


class Ledger(TorchDispatchMode):
    """What each part launches, moves and waits for."""

    def __init__(self):
        super().__init__()
        self.part, self.parts, self.operators = "", collections.OrderedDict(), collections.Counter()

    def enter(self, part):
        self.part = part
        self.parts.setdefault(part, dict(calls=collections.Counter(), launches=0, gigabytes=0.0, waits=0))

    def __torch_dispatch__(self, f, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        name = str(f).replace("aten.", "")
        result = self.result(f, name, args, kwargs)
        if self.part and not FREE.match(name):
            self.count(name, list(flat(args)), [t for t in flat([result])])
        return result

    def result(self, f, name, args, kwargs):
        """What comes back; the fakes of two operators do not know how they are called."""
        if name == "_efficient_attention_backward.default":  # its fake wants other arguments
            return tuple(torch.empty_like(t) for t in args[1:4]) + (torch.empty(0, device="cuda"),)
        place = kwargs.get("grad_input")
        return f(*args, **kwargs) if place is None else place

    def count(self, name, given, made):
        sums = self.parts[self.part]
        on_gpu = any(t.device.type == "cuda" for t in given + made)
        from_gpu = given and given[0].device.type == "cuda" and any(t.device.type == "cpu" for t in made)
        if WAITS.match(name) or from_gpu:
            sums["waits"] += 1
        if not on_gpu:
            return
        sums["launches"] += 1
        self.operators[self.part + " " + name] += 1
        if not HEAVY.match(name) and not name.startswith("scatter"):  # a number of each row
            sums["gigabytes"] += (self.read(name, given, made) + size(made)) / 1e9

    @staticmethod
    def read(name, given, made):
        if name.startswith("copy_"):
            return size(given[1:2])
        if name.startswith("index_select"):
            return size(made) if given[0].shape[0] != 32768 else 0  # dropout's windows overlap: they stay in the cache
        return 0 if name.startswith(("zero", "fill", "full", "gather")) else size(given)


class Layer:
    """The calls of Java, in their order: DecoderLayer, AttentionBlock, FeedForwardBlock, LowRankProjection."""

    def __init__(self, kernels, ledger, tokens, row, hidden=4096, heads=32, groups=2, inner=13696, rank=8):
        self.kernels, self.ledger, self.tokens = kernels, ledger, tokens
        self.sizes = dict(q=heads, k=groups, v=groups)
        self.d = hidden // heads
        self.starts = list(range(0, tokens + 1, row))
        gpu = lambda *shape, dtype=BF16: torch.empty(shape, dtype=dtype, device="cuda")
        self.gpu, self.norm = gpu, gpu(hidden)
        self.weights = {n: gpu(self.d * count, hidden) for n, count in self.sizes.items()}
        self.weights.update(o=gpu(hidden, hidden), gate=gpu(inner, hidden), up=gpu(inner, hidden), down=gpu(hidden, inner))
        self.a = {n: gpu(rank, hidden) for n in "qv"}
        self.b = {n: gpu(self.d * self.sizes[n], rank) for n in "qv"}
        self.grad_a = {n: gpu(*t.shape, dtype=FP32) for n, t in self.a.items()}
        self.grad_b = {n: gpu(*t.shape, dtype=FP32) for n, t in self.b.items()}
        self.windows = gpu(32767 * 32 + hidden).as_strided((32768, hidden), (32, 1))
        self.keys = gpu(tokens, dtype=torch.int32)
        self.angles = gpu(tokens, 1, self.d // 2)

    def call(self, kernel, *arguments):
        self.ledger.parts[self.ledger.part]["calls"][kernel] += 1
        return getattr(self.kernels, kernel)(*arguments)

    def heads(self, parts):
        return [self.call("heads", parts[n], 0, self.sizes[n], self.d) for n in "qkv"]

    def turn(self, x):
        self.call("rotate_halves_", x, self.angles, self.angles, 0)

    def forward(self, x, last=True):
        call = self.call
        normed, inverse = call("rms_norm", x, self.norm, 1e-5)
        parts, downs = {}, {}
        for n in "qkv":
            parts[n] = call("linear", normed, self.weights[n])
            if n in self.a:
                downs[n] = call("linear_dropped", normed, self.a[n], self.windows, self.keys, 7)
                call("add_low_rank_", parts[n], downs[n], self.b[n], 4.0)
        q, k, v = self.heads(parts)
        self.turn(q)
        self.turn(k)
        attended = call("attend", q, k, v, self.starts, [], 0.1)
        middle = call("linear", call("flat", attended[0]), self.weights["o"])
        call("add_", middle, x, 1.0)
        inner, inner_inverse = call("rms_norm", middle, self.norm, 1e-5)
        gate, up = call("linear", inner, self.weights["gate"]), call("linear", inner, self.weights["up"])
        activation = call("silu_gate", gate, up)
        if last:
            call("add_", call("linear", activation, self.weights["down"]), middle, 1.0)
        return x, normed, inverse, parts, downs, attended, middle, inner_inverse, gate, up

    def backward(self, grad, kept):
        call = self.call
        x, normed, inverse, parts, downs, attended, middle, inner_inverse, gate, up = kept
        call("silu_gate_backward_", call("matmul", grad, self.weights["down"]), gate, up)
        below = call("matmul", up, self.weights["up"])
        call("add_matmul_", below, gate, self.weights["gate"])
        call("rms_norm_backward_", below, middle, inner_inverse, self.norm)
        call("add_", below, grad, 1.0)
        attending = call("heads", call("matmul", below, self.weights["o"]), 0, self.sizes["q"], self.d)
        grads = {n: call("empty_like", parts[n]) for n in "qkv"}
        into = self.heads(grads)
        call("attend_backward_", attending, *self.heads(parts), attended, self.starts, [], 0.1, *into)
        self.turn(into[0])
        self.turn(into[1])
        total = None
        for n in "vkq":
            if total is None:
                total = call("matmul", grads[n], self.weights[n])
            else:
                call("add_matmul_", total, grads[n], self.weights[n])
            if n in self.a:
                low = call("low_rank_backward_", grads[n], downs[n], self.b[n], self.grad_b[n], 4.0)
                call("dropped_backward_", self.grad_a[n], [total], low, normed, self.a[n], self.windows, self.keys, 7)
        call("rms_norm_backward_", total, x, inverse, self.norm)
        call("add_", total, below, 1.0)

    def loss(self, vocabulary=65024, positions=2048):
        x = self.gpu(self.tokens // 2, 4096)
        normed, inverse = self.call("rms_norm", x, self.norm, 1e-5)
        labels = torch.empty(self.tokens // 2, dtype=torch.int64, device="cuda")
        found = self.call("loss_gradient", normed, self.gpu(vocabulary, 4096), labels, 0.5, positions)
        self.call("rms_norm_backward_", found[1], x, inverse, self.norm)


def forms(k, dtype):
    """Every kernel that has a form of its own for GPUs, on a few tokens of an odd shape; what did not fit."""
    tokens, heads, groups, d, hidden, inner, wrong = 96, 6, 2, 64, 384, 520, []
    gpu = lambda *shape, dtype=dtype: torch.empty(shape, dtype=dtype, device="cuda")
    starts, prefixes = [0, 40, 90, 96], [10, 0, 2]
    stacked = lambda x: [k.heads(x, 0, heads, d), k.heads(x, heads * d, groups, d), k.heads(x, (heads + groups) * d, groups, d)]
    thirds = lambda x: [k.head_part(x, heads, d, i) for i in range(3)]

    def attempt(name, call):
        try:
            return call()
        except Exception as e:
            wrong.append(f"{name}: {[line for line in str(e).splitlines() if line.strip()][-1][:160]}")

    for name, make, width, arguments in (("attend", stacked, heads + 2 * groups, [[]]), ("attend, prompts both ways", thirds, 3 * heads, [prefixes])):
        qkv, into = make(gpu(tokens, width * d)), make(gpu(tokens, width * d))
        found = attempt(name, lambda: k.attend(*qkv, starts, *arguments, 0.1))
        if found:
            attempt(name + ", backward", lambda: k.attend_backward_(gpu(tokens, heads, d), *qkv, found, starts, *arguments, 0.1, *into))
    qkv, into = stacked(gpu(tokens, (heads + 2 * groups) * d)), stacked(gpu(tokens, (heads + 2 * groups) * d))
    # In fp32 libtorch would ask the GPU which of its kernels to take.
    found = None if dtype == FP32 else attempt("attend_window", lambda: k.attend_window(*qkv, starts, 16, 0.1))
    if found:
        attempt("attend_window, backward", lambda: k.attend_window_backward_(gpu(tokens, heads, d), *qkv, found, starts, 16, 0.1, *into))
    x, windows, keys, low = gpu(tokens, hidden), gpu(32767 * 32 + hidden).as_strided((32768, hidden), (32, 1)), gpu(tokens, dtype=torch.int32), gpu(tokens, 8)
    for weight in (gpu(hidden), gpu(hidden, dtype=FP32)):  # Gemma's are in fp32
        attempt("rms_norm", lambda: k.rms_norm(x, weight, 1e-5))
        attempt("rms_norm_backward_", lambda: k.rms_norm_backward_(gpu(tokens, hidden), x, gpu(tokens, 1, dtype=FP32), weight))
    whole = lambda: gpu(tokens, 2 * inner)
    halves = lambda y: (k.columns(y, 0, inner), k.columns(y, inner, inner))
    for name, call in {
            "rotate_halves_": lambda: k.rotate_halves_(qkv[0], gpu(tokens, 1, 16), gpu(tokens, 1, 16), 32),
            "rotate_pairs_": lambda: k.rotate_pairs_(qkv[1], gpu(tokens, 1, 16), gpu(tokens, 1, 16), 0),
            "silu_gate_backward_": lambda: k.silu_gate_backward_(gpu(tokens, inner), *halves(whole())),
            "gelu_gate_backward_": lambda: k.gelu_gate_backward_(gpu(tokens, inner), *halves(whole())),
            "linear_dropped": lambda: k.linear_dropped(x, gpu(8, hidden), windows, keys, 7),
            "low_rank_backward_": lambda: k.low_rank_backward_(gpu(tokens, inner), low, gpu(inner, 8), gpu(inner, 8, dtype=FP32), 4.0),
            "dropped_backward_": lambda: k.dropped_backward_(gpu(8, hidden, dtype=FP32), [gpu(tokens, hidden)], low, x, gpu(8, hidden), windows, keys, 7),
            "loss_gradient": lambda: k.loss_gradient(x, gpu(1000, hidden), torch.empty(50, dtype=torch.int64, device="cuda"), 0.5, 32),
            "layer_norm": lambda: k.layer_norm(x, gpu(hidden), gpu(hidden), 1e-5),
            "add_at_": lambda: k.add_at_(x, torch.empty(5, dtype=torch.int64, device="cuda"), gpu(5, hidden), 1.0)}.items():
        attempt(name, call)
    return wrong


def prompts_both_ways(k):
    """The largest difference between attention in two packed calls and row by row with a mask, on the CPU; output and gradients."""
    torch.manual_seed(5)
    tokens, heads, groups, d, starts, prefixes = 103, 6, 2, 16, [0, 40, 41, 97, 103], [10, 1, 30, 0]
    qkv = [torch.randn(tokens, n, d) for n in (heads, groups, groups)]
    grad, worst, found = torch.randn(tokens, heads, d), 0.0, []
    for attend, backward in ((k.attend_packed, k.attend_packed_backward_), (k.attend, k.attend_backward_)):
        results, into = attend(*qkv, starts, prefixes, 0.3), [torch.empty_like(x) for x in qkv]
        backward(grad, *qkv, results, starts, prefixes, 0.3, *into)
        found.append([results[0], *into])
    return max(float((a - b).abs().max()) for a, b in zip(*found))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kernels")
    parser.add_argument("--tokens", type=int, default=4096)
    parser.add_argument("--row", type=int, default=2048)
    parser.add_argument("--operators", action="store_true", help="say which operators were launched")
    choice = parser.parse_args()
    torch._C._set_graph_executor_optimize(False)
    torch.set_grad_enabled(False)
    with open(choice.kernels, encoding="utf-8") as file:
        text = file.read()
    difference = prompts_both_ways(load(text, FORMULA))
    print(json.dumps(dict(part="prompts both ways", difference=difference)))
    kernels, wrong = load(text, STAND_INS), int(not difference < 1e-5)
    with FakeTensorMode(), Ledger() as ledger:
        for dtype in (BF16, FP16, FP32):
            for what in forms(kernels, dtype):
                wrong += 1
                print(json.dumps(dict(part="forms", dtype=str(dtype)[6:], wrong=what)))
        if not wrong:
            layer = Layer(kernels, ledger, choice.tokens, choice.row)
            ledger.enter("layer")
            layer.backward(layer.gpu(choice.tokens, 4096), layer.forward(layer.gpu(choice.tokens, 4096)))
            ledger.enter("again")
            layer.forward(layer.gpu(choice.tokens, 4096), last=False)
            ledger.enter("loss")
            layer.loss()
    for part, sums in ledger.parts.items():
        print(json.dumps(dict(part=part, **{k: round(v, 2) if isinstance(v, float) else v for k, v in sums.items()})))
    if choice.operators:
        for name, count in ledger.operators.items():
            print(f"{count:4d} {name}")
    sys.exit(1 if wrong else 0)


main()
