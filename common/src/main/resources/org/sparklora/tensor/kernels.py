# The kernels, as TorchScript text in the dialect that libtorch's loader reads: full type names, torch.<operator>
# for every operator. They run without autograd; each forward kernel has its backward beside it. Shapes:
# T tokens of all rows, H query heads, G key/value heads, d head size, h hidden size, f inner size, r rank, V vocabulary.
class Ops(Module):
  __parameters__ = []
  __buffers__ = []

  # --- storage -----------------------------------------------------------------------------------------------

  # Always a copy: tensors made from Java arrays share memory that Java frees.
  def cast(self: __torch__.Ops, x: Tensor, dtype: int) -> Tensor:
    return torch.to(x, dtype, False, True)

  def map_file(self: __torch__.Ops, path: str, elements: int, dtype: int) -> Tensor:
    return torch.from_file(path, False, elements, dtype=dtype, layout=None, device=None, pin_memory=None)

  def strided(self: __torch__.Ops, x: Tensor, shape: List[int], strides: List[int], offset: int) -> Tensor:
    return torch.as_strided(x, shape, strides, offset)

  def empty_like(self: __torch__.Ops, like: Tensor) -> Tensor:
    return torch.empty_like(like)

  # Views of (T, columns): some of the columns; the columns of some heads (T, heads, size); part 0, 1 or 2 of each
  # head's query, key and value; and the way back, (T, heads, size) as (T, columns).
  def columns(self: __torch__.Ops, x: Tensor, start: int, count: int) -> Tensor:
    return torch.narrow(x, 1, start, count)

  def heads(self: __torch__.Ops, x: Tensor, start: int, heads: int, size: int) -> Tensor:
    return torch.unflatten(torch.narrow(x, 1, start, torch.mul(heads, size)), 1, [heads, size])

  def head_part(self: __torch__.Ops, x: Tensor, heads: int, size: int, part: int) -> Tensor:
    return torch.select(torch.unflatten(x, 1, [heads, 3, size]), 2, part)

  def flat(self: __torch__.Ops, x: Tensor) -> Tensor:
    return torch.flatten(x, 1)

  # Views: (T, H d) as (T H, d), a row for each head, and the way back.
  def head_rows(self: __torch__.Ops, x: Tensor, size: int) -> Tensor:
    return torch.reshape(x, [-1, size])

  def token_rows(self: __torch__.Ops, x: Tensor, tokens: int) -> Tensor:
    return torch.reshape(x, [tokens, -1])

  def pick(self: __torch__.Ops, x: Tensor, index: Tensor) -> Tensor:
    return torch.index_select(x, 0, index)

  # Zeros (n, h) with the rows of x where index says.
  def spread(self: __torch__.Ops, x: Tensor, index: Tensor, n: int) -> Tensor:
    zeros = torch.zeros([n, torch.size(x, 1)], dtype=x.dtype, layout=None, device=x.device, pin_memory=None)
    return torch.index_copy_(zeros, 0, index, x)

  # To the device of `like`, in a type.
  def convert(self: __torch__.Ops, x: Tensor, like: Tensor, dtype: int) -> Tensor:
    return torch.contiguous(torch.to(x, like.device, dtype, False, True))

  def empty(self: __torch__.Ops, like: Tensor, elements: int, dtype: int) -> Tensor:
    return torch.empty([elements], dtype=dtype, layout=None, device=like.device, pin_memory=None, memory_format=None)

  # To the device of `like`; the host does not wait for a GPU. Always a copy.
  def sent(self: __torch__.Ops, x: Tensor, like: Tensor) -> Tensor:
    if like.is_cuda:
      y = torch.to(torch.pin_memory(x), like.device, x.dtype, True, False)
    else:
      y = torch.clone(x, memory_format=None)
    return y

  # The same of whole numbers of the host.
  def numbers(self: __torch__.Ops, x: List[int], like: Tensor) -> Tensor:
    return (self).sent(torch.tensor(x, dtype=3, device=torch.device("cpu"), requires_grad=False), like)

  # Memory of the host that the GPU reads and writes directly.
  def pinned(self: __torch__.Ops, elements: int) -> Tensor:
    return torch.empty([elements], dtype=6, layout=None, device=torch.device("cpu"), pin_memory=True, memory_format=None)

  # Writes elements of a type (or their bytes), `step` at a time and by way of fp32: torch converts between the half types one by one,
  # and shares more than 32,768 elements among its threads.
  def fill_(self: __torch__.Ops, target: Tensor, start: int, source: Tensor, dtype: int, step: int) -> Tensor:
    all = torch.to(source, target.device)
    if torch.ne(all.dtype, dtype):
      all = torch.view_copy(all, dtype=dtype)
    elements = torch.split(all, step)
    parts = torch.split(torch.narrow(target, 0, start, torch.size(all, 0)), step)
    for i in range(torch.len(parts)):
      wide = elements[i]
      if torch.ne(all.dtype, target.dtype):
        wide = torch.to(wide, 6)
      _0 = torch.copy_(parts[i], wide)
    return target

  # The bytes of `count` rows.
  def raw(self: __torch__.Ops, x: Tensor, start: int, count: int) -> Tensor:
    return torch.view_copy(torch.to(torch.flatten(torch.narrow(x, 0, start, count)), torch.device("cpu")), dtype=1)

  def copied(self: __torch__.Ops, x: Tensor) -> Tensor:
    return torch.clone(x, memory_format=None)

  def copy_(self: __torch__.Ops, target: Tensor, source: Tensor) -> Tensor:
    return torch.copy_(target, source)

  # The same of some numbers of two rows.
  def copy_part_(self: __torch__.Ops, target: Tensor, source: Tensor, start: int, count: int) -> Tensor:
    return torch.copy_(torch.narrow(target, 0, start, count), torch.narrow(source, 0, start, count))

  # As copy_; the host does not wait for it.
  def copy_later_(self: __torch__.Ops, target: Tensor, source: Tensor) -> Tensor:
    return torch.copy_(target, source, True)

  # How many rows are computed at once where one step follows another: on the CPU so few that what lies between the
  # steps stays in the cache.
  def rows_at_once(self: __torch__.Ops, x: Tensor) -> int:
    rows = ops.prim.max(torch.size(x, 0), 1)
    if x.is_cuda:
      at_once = rows
    else:
      at_once = ops.prim.max(torch.floordiv(131072, ops.prim.max(torch.floordiv(torch.numel(x), rows), 1)), 1)
    return at_once

  # --- linear layers and low-rank adapters -----------------------------------------------------------------------

  # (T, in), (out, in) -> (T, out)
  def linear(self: __torch__.Ops, x: Tensor, weight: Tensor) -> Tensor:
    return torch.contiguous(torch.t((self).products(x, [[weight]])[0]))

  def linear_bias(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.contiguous(torch.t((self).products(x, [[weight, bias]])[0]))

  # x (T, in) through linear layers, each its weight, or weight and bias; transposed: (out, T) each. In fp32 on the CPU oneDNN
  # multiplies few tokens, as decoding has, as W xᵀ: all their sums stay in registers while the matrix streams through once, where
  # other products wait for memory first and compute then; and some, as a prompt has, as x Wᵀ.
  def products(self: __torch__.Ops, x: Tensor, layers: List[List[Tensor]]) -> List[Tensor]:
    results = annotate(List[Tensor], [])
    scalars = annotate(List[Optional[number]], [])
    n = torch.size(x, 0)
    by_onednn = torch.__and__(torch.eq(x.dtype, 6), torch.__not__(x.is_cuda))
    few = torch.__and__(by_onednn, torch.__and__(torch.gt(n, 1), torch.le(n, 64)))
    some = torch.__and__(by_onednn, torch.__and__(torch.gt(n, 64), torch.le(n, 512)))
    if few:
      packed = ops.mkldnn._reorder_linear_weight(x, torch.size(layers[0][0], 0))
      for i in range(torch.len(layers)):
        y = ops.mkldnn._linear_pointwise(layers[i][0], packed, None, "none", scalars, "")
        if torch.gt(torch.len(layers[i]), 1):
          _0 = torch.add_(y, torch.unsqueeze(layers[i][1], 1), alpha=1)
        _1 = torch.append(results, y)
    else:
      for i in range(torch.len(layers)):
        bias = annotate(Optional[Tensor], None)
        if torch.gt(torch.len(layers[i]), 1):
          bias = layers[i][1]
        if some:
          y0 = ops.mkldnn._linear_pointwise(x, layers[i][0], bias, "none", scalars, "")
        else:
          y0 = torch.linear(x, layers[i][0], bias)
        _2 = torch.append(results, torch.t(y0))
    return results

  # grad of y = x Wᵀ by x
  def matmul(self: __torch__.Ops, grad: Tensor, weight: Tensor) -> Tensor:
    return torch.mm(grad, weight)

  def add_matmul_(self: __torch__.Ops, target: Tensor, grad: Tensor, weight: Tensor) -> Tensor:
    return torch.addmm_(target, grad, weight, beta=1, alpha=1)

  # y += scale · down Bᵀ, down (T, r)
  def add_low_rank_(self: __torch__.Ops, y: Tensor, down: Tensor, b: Tensor, scale: float) -> Tensor:
    return torch.addmm_(y, down, torch.t(b), beta=1, alpha=scale)

  # y += (x Aᵀ · shares) Bᵀ, shares (T, r) in fp32: how much of each row of A a token takes
  def add_shared_(self: __torch__.Ops, y: Tensor, x: Tensor, a: Tensor, b: Tensor, shares: Tensor) -> Tensor:
    down = torch.to(torch.mul((self).linear(x, a), shares), y.dtype)
    return torch.addmm_(y, down, torch.t(b), beta=1, alpha=1)

  # Adds to the gradient of B (fp32), returns scale · grad B (T, r).
  def low_rank_backward_(self: __torch__.Ops, grad: Tensor, down: Tensor, b: Tensor, grad_b: Tensor, scale: float) -> Tensor:
    _0 = (self).add_gradient_(grad_b, grad, down, scale)
    if grad.is_cuda:
      room = torch.empty([1], dtype=grad.dtype, layout=None, device=grad.device, pin_memory=None, memory_format=None)
      inner = torch.addmm(room, grad, b, beta=0, alpha=scale)
    else:
      inner = torch.mul_(torch.mm(grad, b), scale)
    return inner

  # target (fp32) += scale · leftᵀ right
  def add_gradient_(self: __torch__.Ops, target: Tensor, left: Tensor, right: Tensor, scale: float) -> Tensor:
    if torch.eq(left.dtype, target.dtype):
      _0 = torch.addmm_(target, torch.t(left), right, beta=1, alpha=scale)
    else:
      _1 = torch.add_(target, torch.mm(torch.t(left), right), alpha=scale)
    return target

  # W + scale · B A, summed in fp32
  def merged(self: __torch__.Ops, weight: Tensor, a: Tensor, b: Tensor, scale: float) -> Tensor:
    sum = torch.addmm(torch.to(weight, 6), b, a, beta=1, alpha=scale)
    return torch.to(sum, weight.dtype)

  # Rows of W from `start` on, as bytes of a type, + scale · B A, summed in fp32 and rounded once: the bytes, and the largest and the
  # summed rounding.
  def merge_rows(self: __torch__.Ops, stored: Tensor, dtype: int, a: Tensor, b: Tensor, start: int, scale: float) -> List[Tensor]:
    weight = torch.reshape(torch.view_copy(stored, dtype=dtype), [-1, torch.size(a, 1)])
    sum = torch.addmm(torch.to(weight, 6), torch.narrow(b, 0, start, torch.size(weight, 0)), a, beta=1, alpha=scale)
    rounded = torch.to(sum, dtype)
    error = torch.abs(torch.sub(torch.to(rounded, 6), sum, alpha=1))
    return [torch.view_copy(torch.flatten(rounded), dtype=1), torch.max(error), torch.sum(torch.to(error, 7))]

  # B A, A (R, in) and B (out, R), cut to at most rank k: QR of both, so that only the small core between them is decomposed. A (k, in) and
  # B (out, k) in fp32, and the singular values of B A in fp64.
  def cut_rank(self: __torch__.Ops, a: Tensor, b: Tensor, k: int) -> List[Tensor]:
    qa, ra, = torch.linalg_qr(torch.t(torch.to(a, 7)), "reduced")
    qb, rb, = torch.linalg_qr(torch.to(b, 7), "reduced")
    u, s, vt, = torch.linalg_svd(torch.mm(rb, torch.t(ra)), False, driver=None)
    kept = ops.prim.min(k, torch.size(s, 0))
    root = torch.sqrt(torch.narrow(s, 0, 0, kept))
    left = torch.mul(torch.mm(qb, torch.narrow(u, 1, 0, kept)), root)
    right = torch.mul(torch.mm(qa, torch.t(torch.narrow(vt, 0, 0, kept))), root)
    return [torch.to(torch.contiguous(torch.t(right)), 6), torch.to(left, 6), s]

  # Dropout masks (size, in) of some tokens in a module, 1 where a channel is kept, else 0: windows into one long row of such
  # numbers, which begin at every 32nd number; the upper 15 bits of token key times module key say which.
  def masks(self: __torch__.Ops, windows: Tensor, token_keys: Tensor, key: int, start: int, size: int) -> Tensor:
    products = torch.mul(torch.narrow(token_keys, 0, start, size), key)
    return torch.index_select(windows, 0, torch.add(torch.__rshift__(products, 17), 16384, alpha=1))

  # Some tokens of dropout(x) (size, in), not scaled up
  def kept(self: __torch__.Ops, x: Tensor, windows: Tensor, token_keys: Tensor, key: int, start: int, size: int) -> Tensor:
    return torch.mul_((self).masks(windows, token_keys, key, start, size), torch.narrow(x, 0, start, size))

  # dropout(x) Aᵀ (T, r), not scaled up
  def linear_dropped(self: __torch__.Ops, x: Tensor, a: Tensor, windows: Tensor, token_keys: Tensor, key: int) -> Tensor:
    n = torch.size(x, 0)
    down = torch.empty([n, torch.size(a, 0)], dtype=x.dtype, layout=None, device=x.device, pin_memory=None, memory_format=None)
    step = (self).rows_at_once(x)
    for i in range(0, n, step):
      size = ops.prim.min(step, torch.sub(n, i))
      kept = (self).kept(x, windows, token_keys, key, i, size)
      _0 = torch.mm(kept, torch.t(a), out=torch.narrow(down, 0, i, size))
    return down

  # grad_a (fp32) += innerᵀ dropout(x), not scaled up; below, if there is one, += (inner A) where the mask keeps.
  def dropped_backward_(self: __torch__.Ops, grad_a: Tensor, below: List[Tensor], inner: Tensor, x: Tensor, a: Tensor, windows: Tensor,
          token_keys: Tensor, key: int) -> Tensor:
    n = torch.size(x, 0)
    step = (self).rows_at_once(x)
    for i in range(0, n, step):
      size = ops.prim.min(step, torch.sub(n, i))
      some = torch.narrow(inner, 0, i, size)
      masks = (self).masks(windows, token_keys, key, i, size)
      if torch.gt(torch.len(below), 0):
        _0 = torch.addcmul_(torch.narrow(below[0], 0, i, size), torch.mm(some, a), masks, value=1)
      kept = torch.mul_(masks, torch.narrow(x, 0, i, size))
      _1 = (self).add_gradient_(grad_a, some, kept, 1.)
    return grad_a

  # --- norms -----------------------------------------------------------------------------------------------------

  # Weights that are stored as their distance from 1, in fp32, as they are applied.
  def one_plus(self: __torch__.Ops, weight: Tensor) -> Tensor:
    return torch.add(torch.to(weight, 6), 1, alpha=1)

  # (T, h) -> normalised, 1/rms (T, 1). A weight in fp32 is applied before the result is rounded.
  def rms_norm(self: __torch__.Ops, x: Tensor, weight: Tensor, eps: float) -> List[Tensor]:
    if x.is_cuda:
      results = (self).rms_norm_whole(x, weight, eps)
    else:
      results = (self).rms_norm_blocks(x, weight, eps)
    return results

  # As few passes over x as there can be.
  def rms_norm_whole(self: __torch__.Ops, x: Tensor, weight: Tensor, eps: float) -> List[Tensor]:
    norm = torch.linalg_vector_norm(x, 2, [-1], True, dtype=6)
    floor = torch.full([1, 1], eps, dtype=6, layout=None, device=x.device, pin_memory=None)
    inverse = torch.rsqrt(torch.addcmul(floor, norm, norm, value=torch.div(1., torch.size(x, -1))))
    scaled = torch.mul(x, inverse, out=torch.empty_like(x, dtype=weight.dtype))
    return [torch.mul(scaled, weight, out=torch.empty_like(x)), inverse]

  # Blocks that stay in the cache.
  def rms_norm_blocks(self: __torch__.Ops, x: Tensor, weight: Tensor, eps: float) -> List[Tensor]:
    y = torch.empty_like(x)
    n = torch.size(x, 0)
    inverse = torch.empty([n, 1], dtype=6, layout=None, device=x.device, pin_memory=None, memory_format=None)
    step = (self).rows_at_once(x)
    for i in range(0, n, step):
      size = ops.prim.min(step, torch.sub(n, i))
      wide = torch.to(torch.narrow(x, 0, i, size), 6)
      norm = torch.linalg_vector_norm(wide, 2, [-1], True)
      square = torch.add_(torch.div_(torch.mul_(norm, norm), torch.size(x, -1)), eps)
      some = torch.rsqrt(square, out=torch.narrow(inverse, 0, i, size))
      _0 = torch.mul(torch.to(torch.mul(wide, some), weight.dtype), weight, out=torch.narrow(y, 0, i, size))
    return [y, inverse]

  # dx = inverse · gw - x · inverse³ · Σ(gw·x) / h, with gw = grad · weight; written over grad
  def rms_norm_backward_(self: __torch__.Ops, grad: Tensor, x: Tensor, inverse: Tensor, weight: Tensor) -> Tensor:
    if x.is_cuda:
      dx = (self).rms_norm_backward_whole_(grad, x, inverse, weight)
    else:
      dx = (self).rms_norm_backward_blocks_(grad, x, inverse, weight)
    return dx

  # With a mean of 0 the backward of a layer norm, which is one pass, is dx - inverse · Σgw / h.
  def rms_norm_backward_whole_(self: __torch__.Ops, grad: Tensor, x: Tensor, inverse: Tensor, weight: Tensor) -> Tensor:
    size = torch.size(x, -1)
    zero = torch.zeros_like(inverse)
    if torch.eq(weight.dtype, grad.dtype):
      total = torch.mv(grad, weight)
      dx, dw, db, = torch.native_layer_norm_backward(grad, x, [size], zero, inverse, weight, None, [True, False, False])
    else:
      gw = torch.mul_(grad, weight)
      total = torch.sum(gw, [-1], False, dtype=6)
      dx, dw, db, = torch.native_layer_norm_backward(gw, x, [size], zero, inverse, None, None, [True, False, False])
    return torch.addcmul(dx, inverse, torch.unsqueeze(total, 1), value=torch.div(1., size), out=grad)

  def rms_norm_backward_blocks_(self: __torch__.Ops, grad: Tensor, x: Tensor, inverse: Tensor, weight: Tensor) -> Tensor:
    n = torch.size(x, 0)
    step = (self).rows_at_once(x)
    for i in range(0, n, step):
      size = ops.prim.min(step, torch.sub(n, i))
      some = torch.narrow(grad, 0, i, size)
      wide = torch.to(torch.narrow(x, 0, i, size), 6)
      scale = torch.narrow(inverse, 0, i, size)
      gw = torch.to(torch.mul_(some, weight), 6)
      dot = torch.sum(torch.mul(gw, wide), [-1], True)
      slope = torch.div_(torch.mul_(dot, torch.pow(scale, 3)), torch.size(x, -1))
      _0 = torch.copy_(some, torch.addcmul_(torch.mul_(gw, scale), wide, slope, value=-1))
    return grad

  # (T, h) -> normalised, mean, 1/deviation
  def layer_norm(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> List[Tensor]:
    y, mean, inverse, = torch.native_layer_norm(x, [torch.size(x, -1)], weight, bias, eps)
    return [y, mean, inverse]

  def layer_norm_backward(self: __torch__.Ops, grad: Tensor, x: Tensor, mean: Tensor, inverse: Tensor, weight: Tensor,
          bias: Tensor) -> Tensor:
    dx, dw, db, = torch.native_layer_norm_backward(grad, x, [torch.size(x, -1)], mean, inverse, weight, bias, [True, False, False])
    return dx

  # --- rotary positions --------------------------------------------------------------------------------------------

  # (positions, m), (T) -> (T, 1, m)
  def pick_angles(self: __torch__.Ops, table: Tensor, index: Tensor) -> Tensor:
    return torch.unsqueeze(torch.index_select(table, 0, index), 1)

  # Turns the channels [offset, offset + 2m) of each head of x (T, H, d) in place by the angles of cos, sin (T, 1, m).
  def rotate_halves_(self: __torch__.Ops, x: Tensor, cos: Tensor, sin: Tensor, offset: int) -> Tensor:
    m = torch.size(cos, -1)
    if x.is_cuda:
      both = torch.unflatten(torch.narrow(x, -1, offset, torch.mul(2, m)), -1, [2, m])
      turned = (self).turn_whole_(both, cos, sin, 2)
    else:
      low = torch.narrow(x, -1, offset, m)
      high = torch.narrow(x, -1, torch.add(offset, m), m)
      turned = (self).turn_(low, high, cos, sin)
    return turned

  # The same with neighbouring channels (2i, 2i+1) as pairs.
  def rotate_pairs_(self: __torch__.Ops, x: Tensor, cos: Tensor, sin: Tensor, offset: int) -> Tensor:
    m = torch.size(cos, -1)
    end = torch.add(offset, torch.mul(2, m))
    if x.is_cuda:
      both = torch.unflatten(torch.narrow(x, -1, offset, torch.mul(2, m)), -1, [m, 2])
      turned = (self).turn_whole_(both, cos, sin, 3)
    else:
      even = torch.slice(x, -1, offset, end, 2)
      odd = torch.slice(x, -1, torch.add(offset, 1), end, 2)
      turned = (self).turn_(even, odd, cos, sin)
    return turned

  # The same of all pairs at once, their two channels side by side in a dimension of their own.
  def turn_whole_(self: __torch__.Ops, both: Tensor, cos: Tensor, sin: Tensor, dim: int) -> Tensor:
    other = torch.empty_like(both)
    _0 = torch.mul(torch.select(both, dim, 1), torch.neg(sin), out=torch.select(other, dim, 0))
    _1 = torch.mul(torch.select(both, dim, 0), sin, out=torch.select(other, dim, 1))
    return torch.addcmul(other, both, torch.unsqueeze(cos, dim), value=1, out=both)

  # (x, y) -> (x cos - y sin, y cos + x sin)
  def turn_(self: __torch__.Ops, x: Tensor, y: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    n = torch.size(x, 0)
    step = (self).rows_at_once(x)
    for i in range(0, n, step):
      size = ops.prim.min(step, torch.sub(n, i))
      bx = torch.narrow(x, 0, i, size)
      by = torch.narrow(y, 0, i, size)
      bc = torch.narrow(cos, 0, i, size)
      bs = torch.narrow(sin, 0, i, size)
      turned = torch.addcmul_(torch.mul(bx, bc), by, bs, value=-1)
      _0 = torch.addcmul_(torch.mul_(by, bc), bx, bs, value=1)
      _1 = torch.copy_(bx, turned)
    return x

  # --- attention -------------------------------------------------------------------------------------------------

  # One row of (T, heads, d) as (1, heads, n, d).
  def row(self: __torch__.Ops, x: Tensor, start: int, end: int) -> Tensor:
    return torch.unsqueeze(torch.transpose(torch.narrow(x, 0, start, torch.sub(end, start)), 0, 1), 0)

  # (T, G, d) -> (T, H, d): each group's keys or values once per query head that uses them.
  def shared(self: __torch__.Ops, x: Tensor, heads: int) -> Tensor:
    groups = torch.size(x, 1)
    if torch.eq(groups, heads):
      y = x
    else:
      y = torch.repeat_interleave(x, torch.floordiv(heads, groups), 1)
    return y

  # The backward of `shared`: (T, H, d) -> (T, G, d), summed over the query heads of a group.
  def gathered(self: __torch__.Ops, x: Tensor, groups: int) -> Tensor:
    heads = torch.size(x, 1)
    if torch.eq(groups, heads):
      y = x
    else:
      y = torch.sum(torch.unflatten(x, 1, [groups, torch.floordiv(heads, groups)]), [2])
    return y

  # Additive mask (n, n): causal, but the first `prefix` tokens are seen by all.
  def prefix_mask(self: __torch__.Ops, like: Tensor, n: int, prefix: int) -> Tensor:
    mask = torch.triu(torch.full([n, n], -inf, dtype=like.dtype, layout=None, device=like.device, pin_memory=None), 1)
    _0 = torch.fill_(torch.narrow(mask, 1, 0, prefix), 0)
    return mask

  # q (T, H, d), k and v (T, G, d); rows [starts[i], starts[i+1]); prefixes empty = causal.
  # Returns the output (T, H, d) and the logarithms of the softmax's sums that the backward needs.
  def attend(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, starts: List[int], prefixes: List[int], scale: float) -> List[Tensor]:
    if q.is_cuda:
      results = (self).attend_packed(q, k, v, starts, prefixes, scale)
    else:
      heads = torch.size(q, 1)
      results = (self).attend_rows(q, (self).shared(k, heads), (self).shared(v, heads), starts, prefixes, scale)
    return results

  def attend_rows(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, starts: List[int], prefixes: List[int],
          scale: float) -> List[Tensor]:
    out = torch.empty([torch.size(q, 0), torch.size(q, 1), torch.size(q, 2)], dtype=q.dtype, layout=None, device=q.device, pin_memory=None,
        memory_format=None)
    results = [out]
    for i in range(torch.sub(torch.len(starts), 1)):
      a = starts[i]
      b = starts[torch.add(i, 1)]
      rq = (self).row(q, a, b)
      rk = (self).row(k, a, b)
      rv = (self).row(v, a, b)
      if torch.eq(torch.len(prefixes), 0):
        o, sums, = torch._scaled_dot_product_flash_attention_for_cpu(rq, rk, rv, 0., True, attn_mask=None, scale=scale)
      else:
        mask = (self).prefix_mask(q, torch.sub(b, a), prefixes[i])
        o, sums, = torch._scaled_dot_product_flash_attention_for_cpu(rq, rk, rv, 0., False, attn_mask=mask, scale=scale)
      _0 = torch.copy_((self).row(out, a, b), o)
      _1 = torch.append(results, sums)
    return results

  # GPU: all rows in one call, told apart by their starts. Where prompts are seen in both directions, a second call attends
  # within prompts, and within answers, without a mask; each token takes the result of the call that is right for it.
  def attend_packed(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, starts: List[int], prefixes: List[int],
          scale: float) -> List[Tensor]:
    results = (self).packed(q, k, v, starts, True, 0, scale)
    if torch.gt(torch.len(prefixes), 0):
      prompts = (self).in_prefix(q, starts, prefixes)
      second = (self).packed(q, k, v, (self).split_at(starts, prefixes), False, 0, scale)
      results[0] = torch.where(prompts, second[0], results[0])
      second[0] = prompts
      results = torch.add(results, second)
    return results

  # Rows one after the other, each attending to itself: causal or in both directions, within a window if there is one. The flash
  # kernel shares keys among heads by itself.
  def packed(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, starts: List[int], causal: bool, window: int,
          scale: float) -> List[Tensor]:
    bounds = (self).numbers(starts, q)
    most = (self).longest(starts)
    if (self).is_flash(q):
      left = torch.sub(window, 1)
      right = -1
      if causal:
        right = 0
      out, sums, state, rest, none, = torch._flash_attention_forward(q, k, v, bounds, bounds, most, most, 0., causal, False, scale=scale,
          window_size_left=left, window_size_right=right, seqused_k=None, alibi_slopes=None)
    else:
      wq = torch.unsqueeze(q, 0)
      wk = torch.unsqueeze((self).shared(k, torch.size(q, 1)), 0)
      wv = torch.unsqueeze((self).shared(v, torch.size(q, 1)), 0)
      o, sums, state, rest, mq, mk, = torch._efficient_attention_forward(wq, wk, wv, None, bounds, bounds, most, most, 0.,
          torch.Int(causal), True, scale=scale, seqlen_k=None, window_size=None)
      out = torch.squeeze(o, 0)
    return [out, sums, state, rest]

  # The gradients of `packed` by q, k and v. Where its output is not wanted, grad is 0, and so is what comes from there.
  def packed_backward(self: __torch__.Ops, grad: Tensor, q: Tensor, k: Tensor, v: Tensor, results: List[Tensor], starts: List[int],
          causal: bool, window: int, scale: float) -> List[Tensor]:
    bounds = (self).numbers(starts, q)
    most = (self).longest(starts)
    out, sums, state, rest, = results
    if (self).is_flash(q):
      left = torch.sub(window, 1)
      right = -1
      if causal:
        right = 0
      gq, gk, gv, = torch._flash_attention_backward(grad, q, k, v, out, sums, bounds, bounds, most, most, 0., causal, state, rest,
          scale=scale, window_size_left=left, window_size_right=right)
    else:
      groups = torch.size(k, 1)
      wk = torch.unsqueeze((self).shared(k, torch.size(q, 1)), 0)
      wv = torch.unsqueeze((self).shared(v, torch.size(q, 1)), 0)
      bq, bk, bv, bb, = torch._efficient_attention_backward(torch.unsqueeze(grad, 0), torch.unsqueeze(q, 0), wk, wv, None,
          torch.unsqueeze(out, 0), bounds, bounds, most, most, sums, 0., state, rest, torch.Int(causal), False, scale=scale,
          num_splits_key=None, window_size=None, shared_storage_dqdkdv=False)
      gq = torch.squeeze(bq, 0)
      gk = (self).gathered(torch.squeeze(bk, 0), groups)
      gv = (self).gathered(torch.squeeze(bv, 0), groups)
    return [gq, gk, gv]

  # Whether libtorch's flash kernel takes such heads on this GPU, forwards and backwards: half precision, sizes of multiples of 8
  # up to 192, a card of Ampere's generation or later, which libtorch knows (1 flash, 3 cuDNN, which asks for more).
  def is_flash(self: __torch__.Ops, q: Tensor) -> bool:
    size = torch.size(q, 2)
    flash = torch.__and__(q.is_cuda, torch.ne(q.dtype, 6))
    if torch.__and__(flash, torch.__and__(torch.eq(torch.remainder(size, 8), 0), torch.le(size, 192))):
      row = torch.unsqueeze(torch.transpose(q, 0, 1), 0)
      kind = torch._fused_sdp_choice(row, row, row, None, 0., False, scale=None, enable_gqa=False)
      flash = torch.__or__(torch.eq(kind, 1), torch.eq(kind, 3))
    else:
      flash = False
    return flash

  # The starts of prompts and answers, and the end.
  def split_at(self: __torch__.Ops, starts: List[int], prefixes: List[int]) -> List[int]:
    split = annotate(List[int], [])
    for i in range(torch.len(prefixes)):
      _0 = torch.append(split, starts[i])
      _1 = torch.append(split, torch.add(starts[i], prefixes[i]))
    _2 = torch.append(split, starts[-1])
    return split

  # (T, 1, 1) true in prompts.
  def in_prefix(self: __torch__.Ops, like: Tensor, starts: List[int], prefixes: List[int]) -> Tensor:
    split = (self).numbers((self).split_at(starts, prefixes), like)
    tokens = torch.arange(starts[-1], dtype=3, layout=None, device=like.device, pin_memory=None)
    part = torch.bucketize(tokens, split, out_int32=True, right=True)
    return torch.unsqueeze(torch.unsqueeze(torch.eq(torch.remainder(part, 2), 1), 1), 2)

  def longest(self: __torch__.Ops, starts: List[int]) -> int:
    longest = 0
    for i in range(torch.sub(torch.len(starts), 1)):
      longest = ops.prim.max(longest, torch.sub(starts[torch.add(i, 1)], starts[i]))
    return longest

  # Writes the gradients by q, k, v into dq (T, H, d), dk and dv (T, G, d).
  def attend_backward_(self: __torch__.Ops, grad: Tensor, q: Tensor, k: Tensor, v: Tensor, results: List[Tensor], starts: List[int],
          prefixes: List[int], scale: float, dq: Tensor, dk: Tensor, dv: Tensor) -> Tensor:
    if q.is_cuda:
      _0 = (self).attend_packed_backward_(grad, q, k, v, results, starts, prefixes, scale, dq, dk, dv)
    else:
      heads = torch.size(q, 1)
      wk = (self).shared(k, heads)
      wv = (self).shared(v, heads)
      if torch.__and__(torch.eq(q.dtype, 15), torch.eq(torch.len(prefixes), 0)):
        _1 = (self).attend_products_backward_(grad, q, wk, wv, starts, scale, dq, dk, dv)
      else:
        _2 = (self).attend_rows_backward_(grad, q, wk, wv, results, starts, prefixes, scale, dq, dk, dv)
    return dq

  def attend_rows_backward_(self: __torch__.Ops, grad: Tensor, q: Tensor, k: Tensor, v: Tensor, results: List[Tensor], starts: List[int],
          prefixes: List[int], scale: float, dq: Tensor, dk: Tensor, dv: Tensor) -> Tensor:
    groups = torch.size(dk, 1)
    for i in range(torch.sub(torch.len(starts), 1)):
      a = starts[i]
      b = starts[torch.add(i, 1)]
      n = torch.sub(b, a)
      rg = (self).row(grad, a, b)
      rq = (self).row(q, a, b)
      rk = (self).row(k, a, b)
      rv = (self).row(v, a, b)
      ro = (self).row(results[0], a, b)
      sums = results[torch.add(i, 1)]
      if torch.eq(torch.len(prefixes), 0):
        gq, gk, gv, = torch._scaled_dot_product_flash_attention_for_cpu_backward(rg, rq, rk, rv, ro, sums, 0., True, attn_mask=None,
            scale=scale)
      else:
        mask = (self).prefix_mask(q, n, prefixes[i])
        gq, gk, gv, = torch._scaled_dot_product_flash_attention_for_cpu_backward(rg, rq, rk, rv, ro, sums, 0., False, attn_mask=mask,
            scale=scale)
      _0 = torch.copy_(torch.narrow(dq, 0, a, n), torch.transpose(torch.squeeze(gq, 0), 0, 1))
      _1 = torch.copy_(torch.narrow(dk, 0, a, n), (self).gathered(torch.transpose(torch.squeeze(gk, 0), 0, 1), groups))
      _2 = torch.copy_(torch.narrow(dv, 0, a, n), (self).gathered(torch.transpose(torch.squeeze(gv, 0), 0, 1), groups))
    return dq

  # Causal rows on the CPU in bf16: libtorch's flash kernel has no fast products for this backward, so the probabilities
  # are made again for blocks of queries, last block first, because it reaches all keys. Rows are copied head by head, which
  # the products want, with zeros behind them up to one of few lengths: every new shape of a product is compiled first.
  def attend_products_backward_(self: __torch__.Ops, grad: Tensor, q: Tensor, k: Tensor, v: Tensor, starts: List[int], scale: float,
          dq: Tensor, dk: Tensor, dv: Tensor) -> Tensor:
    groups = torch.size(dk, 1)
    for i in range(torch.sub(torch.len(starts), 1)):
      a = starts[i]
      n = torch.sub(starts[torch.add(i, 1)], a)
      rg = (self).padded_row(grad, a, n)
      rq = torch.mul_((self).padded_row(q, a, n), scale)
      rk = (self).padded_row(k, a, n)
      rv = (self).padded_row(v, a, n)
      gq = torch.empty_like(rq)
      gk = torch.zeros_like(rk)
      gv = torch.zeros_like(rv)
      padded = torch.size(rq, 1)
      count = torch.floordiv(torch.add(padded, 255), 256)
      size = (self).round_up(torch.floordiv(torch.sub(torch.add(padded, count), 1), count))
      for j in range(count):
        first = torch.mul(torch.sub(torch.sub(count, j), 1), size)
        end = ops.prim.min(torch.add(first, size), padded)
        _0 = (self).attend_block_backward_(rg, rq, rk, rv, [first, end], gq, gk, gv)
      _1 = torch.copy_(torch.narrow(dq, 0, a, n), (self).unpadded(torch.mul_(gq, scale), n))
      _2 = torch.copy_(torch.narrow(dk, 0, a, n), (self).gathered((self).unpadded(gk, n), groups))
      _3 = torch.copy_(torch.narrow(dv, 0, a, n), (self).gathered((self).unpadded(gv, n), groups))
    return dq

  def round_up(self: __torch__.Ops, n: int) -> int:
    return torch.mul(torch.floordiv(torch.add(n, 31), 32), 32)

  # n tokens of x (T, H, d) from `start` on as (H, n rounded up, d).
  def padded_row(self: __torch__.Ops, x: Tensor, start: int, n: int) -> Tensor:
    row = torch.zeros([torch.size(x, 1), (self).round_up(n), torch.size(x, 2)], dtype=x.dtype, layout=None, device=x.device,
        pin_memory=None)
    _0 = torch.copy_(torch.narrow(row, 1, 0, n), torch.transpose(torch.narrow(x, 0, start, n), 0, 1))
    return row

  # The way back: (n, H, d)
  def unpadded(self: __torch__.Ops, row: Tensor, n: int) -> Tensor:
    return torch.transpose(torch.narrow(row, 1, 0, n), 0, 1)

  # Queries [first, end) of a row by keys [0, end), all (H, tokens, d); q is scaled. Writes the queries' gradient, adds to the others.
  def attend_block_backward_(self: __torch__.Ops, grad: Tensor, q: Tensor, k: Tensor, v: Tensor, block: List[int], dq: Tensor, dk: Tensor,
          dv: Tensor) -> Tensor:
    first, end, = block
    n = torch.sub(end, first)
    bg = torch.narrow(grad, 1, first, n)
    bq = torch.narrow(q, 1, first, n)
    bk = torch.narrow(k, 1, 0, end)
    bv = torch.narrow(v, 1, 0, end)
    scores = torch.bmm(bq, torch.transpose(bk, 1, 2))
    later = torch.triu(torch.full([n, n], -inf, dtype=q.dtype, layout=None, device=q.device, pin_memory=None), 1)
    _0 = torch.add_(torch.narrow(scores, 2, first, n), later, alpha=1)
    p = torch.softmax(scores, -1, None)
    _1 = torch.add_(torch.narrow(dv, 1, 0, end), torch.bmm(torch.transpose(p, 1, 2), bg), alpha=1)
    ds = torch._softmax_backward_data(torch.bmm(bg, torch.transpose(bv, 1, 2)), p, -1, p.dtype)
    _2 = torch.add_(torch.narrow(dk, 1, 0, end), torch.bmm(torch.transpose(ds, 1, 2), bq), alpha=1)
    return torch.copy_(torch.narrow(dq, 1, first, n), torch.bmm(ds, bk))

  # Each call's part of the gradient: what its tokens do not take from it is 0.
  def attend_packed_backward_(self: __torch__.Ops, grad: Tensor, q: Tensor, k: Tensor, v: Tensor, results: List[Tensor], starts: List[int],
          prefixes: List[int], scale: float, dq: Tensor, dk: Tensor, dv: Tensor) -> Tensor:
    if torch.eq(torch.len(prefixes), 0):
      gq, gk, gv, = (self).packed_backward(grad, q, k, v, results, starts, True, 0, scale)
      _0 = torch.copy_(dq, gq)
      _1 = torch.copy_(dk, gk)
      _2 = torch.copy_(dv, gv)
    else:
      prompts = results[4]
      first = [results[0], results[1], results[2], results[3]]
      second = [results[0], results[5], results[6], results[7]]
      below = torch.masked_fill(grad, prompts, 0)
      gq, gk, gv, = (self).packed_backward(below, q, k, v, first, starts, True, 0, scale)
      above = torch.mul(grad, prompts)
      hq, hk, hv, = (self).packed_backward(above, q, k, v, second, (self).split_at(starts, prefixes), False, 0, scale)
      _0 = torch.add(gq, hq, alpha=1, out=dq)
      _1 = torch.add(gk, hk, alpha=1, out=dk)
      _2 = torch.add(gv, hv, alpha=1, out=dv)
    return dq

  # Layers with a window: q (T, H, d), k and v (T, G, d); each token sees `window` tokens of its row, itself included. Blocks of queries
  # see the keys that their window reaches, so cost grows with tokens times window. Returns what `attend` does, block by block.
  def attend_window(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, starts: List[int], window: int, scale: float) -> List[Tensor]:
    if (self).is_flash(q):
      results = (self).packed(q, k, v, starts, True, window, scale)
    else:
      results = (self).attend_window_blocks(q, k, v, starts, window, scale)
    return results

  def attend_window_blocks(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, starts: List[int], window: int,
          scale: float) -> List[Tensor]:
    heads = torch.size(q, 1)
    wk = (self).shared(k, heads)
    wv = (self).shared(v, heads)
    out = torch.empty([torch.size(q, 0), heads, torch.size(q, 2)], dtype=q.dtype, layout=None, device=q.device, pin_memory=None,
        memory_format=None)
    results = [out]
    step = (self).window_step(window)
    for i in range(torch.sub(torch.len(starts), 1)):
      a = starts[i]
      n = torch.sub(starts[torch.add(i, 1)], a)
      for first in range(0, n, step):
        end = ops.prim.min(torch.add(first, step), n)
        low = (self).window_low(first, window)
        mask = (self).window_mask(q, [low, first, end], window)
        rq = (self).row(q, torch.add(a, first), torch.add(a, end))
        rk = (self).row(wk, torch.add(a, low), torch.add(a, end))
        rv = (self).row(wv, torch.add(a, low), torch.add(a, end))
        if q.is_cuda:
          o = torch.scaled_dot_product_attention(rq, rk, rv, mask, 0., False, scale=scale, enable_gqa=False)
        else:
          o, sums, = torch._scaled_dot_product_flash_attention_for_cpu(rq, rk, rv, 0., False, attn_mask=mask, scale=scale)
          _0 = torch.append(results, sums)
        _1 = torch.copy_((self).row(out, torch.add(a, first), torch.add(a, end)), o)
    return results

  # How many queries are computed at once, and the first key that the query at `first` may see, rounded down: few shapes.
  def window_step(self: __torch__.Ops, window: int) -> int:
    return (self).round_up(ops.prim.max(64, ops.prim.min(256, torch.floordiv(window, 2))))

  def window_low(self: __torch__.Ops, first: int, window: int) -> int:
    return ops.prim.max(0, torch.mul(torch.floordiv(torch.sub(torch.add(first, 1), window), 32), 32))

  # Additive mask of queries [first, end) by keys [low, end).
  def window_mask(self: __torch__.Ops, like: Tensor, block: List[int], window: int) -> Tensor:
    low, first, end, = block
    behind = torch.sub(first, low)
    hidden = torch.full([torch.sub(end, first), torch.sub(end, low)], -inf, dtype=like.dtype, layout=None, device=like.device,
        pin_memory=None)
    return torch.add_(torch.triu(hidden, torch.add(behind, 1)), torch.tril(hidden, torch.sub(behind, window)), alpha=1)

  def attend_window_backward_(self: __torch__.Ops, grad: Tensor, q: Tensor, k: Tensor, v: Tensor, results: List[Tensor], starts: List[int],
          window: int, scale: float, dq: Tensor, dk: Tensor, dv: Tensor) -> Tensor:
    if (self).is_flash(q):
      gq, gk, gv, = (self).packed_backward(grad, q, k, v, results, starts, True, window, scale)
      _0 = torch.copy_(dq, gq)
      _1 = torch.copy_(dk, gk)
      _2 = torch.copy_(dv, gv)
    else:
      _3 = (self).attend_window_blocks_backward_(grad, q, k, v, results, starts, window, scale, dq, dk, dv)
    return dq

  def attend_window_blocks_backward_(self: __torch__.Ops, grad: Tensor, q: Tensor, k: Tensor, v: Tensor, results: List[Tensor],
          starts: List[int], window: int, scale: float, dq: Tensor, dk: Tensor, dv: Tensor) -> Tensor:
    heads = torch.size(q, 1)
    wk = (self).shared(k, heads)
    wv = (self).shared(v, heads)
    if torch.__or__(q.is_cuda, torch.eq(q.dtype, 15)):
      _0 = (self).window_products_backward_(grad, q, wk, wv, starts, window, scale, dq, dk, dv)
    else:
      _1 = (self).window_rows_backward_(grad, q, wk, wv, results, starts, window, scale, dq, dk, dv)
    return dq

  def window_rows_backward_(self: __torch__.Ops, grad: Tensor, q: Tensor, k: Tensor, v: Tensor, results: List[Tensor], starts: List[int],
          window: int, scale: float, dq: Tensor, dk: Tensor, dv: Tensor) -> Tensor:
    groups = torch.size(dk, 1)
    step = (self).window_step(window)
    block = 0
    for i in range(torch.sub(torch.len(starts), 1)):
      a = starts[i]
      n = torch.sub(starts[torch.add(i, 1)], a)
      gk = torch.zeros([n, torch.size(q, 1), torch.size(q, 2)], dtype=q.dtype, layout=None, device=q.device, pin_memory=None)
      gv = torch.zeros_like(gk)
      for first in range(0, n, step):
        end = ops.prim.min(torch.add(first, step), n)
        low = (self).window_low(first, window)
        mask = (self).window_mask(q, [low, first, end], window)
        head = torch.add(a, first)
        tail = torch.add(a, end)
        rk = (self).row(k, torch.add(a, low), tail)
        rv = (self).row(v, torch.add(a, low), tail)
        ro = (self).row(results[0], head, tail)
        block = torch.add(block, 1)
        rg = (self).row(grad, head, tail)
        rq = (self).row(q, head, tail)
        bq, bk, bv, = torch._scaled_dot_product_flash_attention_for_cpu_backward(rg, rq, rk, rv, ro, results[block], 0., False,
            attn_mask=mask, scale=scale)
        width = torch.sub(end, low)
        _0 = torch.copy_((self).row(dq, head, tail), bq)
        _1 = torch.add_(torch.narrow(gk, 0, low, width), torch.transpose(torch.squeeze(bk, 0), 0, 1), alpha=1)
        _2 = torch.add_(torch.narrow(gv, 0, low, width), torch.transpose(torch.squeeze(bv, 0), 0, 1), alpha=1)
      _3 = torch.copy_(torch.narrow(dk, 0, a, n), (self).gathered(gk, groups))
      _4 = torch.copy_(torch.narrow(dv, 0, a, n), (self).gathered(gv, groups))
    return dq

  # The probabilities are made again for each block of queries. Rows are copied as in attend_products_backward_.
  def window_products_backward_(self: __torch__.Ops, grad: Tensor, q: Tensor, k: Tensor, v: Tensor, starts: List[int], window: int,
          scale: float, dq: Tensor, dk: Tensor, dv: Tensor) -> Tensor:
    groups = torch.size(dk, 1)
    step = (self).window_step(window)
    for i in range(torch.sub(torch.len(starts), 1)):
      a = starts[i]
      n = torch.sub(starts[torch.add(i, 1)], a)
      rg = (self).padded_row(grad, a, n)
      rq = torch.mul_((self).padded_row(q, a, n), scale)
      rk = (self).padded_row(k, a, n)
      rv = (self).padded_row(v, a, n)
      gq = torch.empty_like(rq)
      gk = torch.zeros_like(rk)
      gv = torch.zeros_like(rv)
      padded = torch.size(rq, 1)
      for first in range(0, padded, step):
        block = [(self).window_low(first, window), first, ops.prim.min(torch.add(first, step), padded)]
        _0 = (self).window_block_backward_(rg, rq, rk, rv, block, window, gq, gk, gv)
      _1 = torch.copy_(torch.narrow(dq, 0, a, n), (self).unpadded(torch.mul_(gq, scale), n))
      _2 = torch.copy_(torch.narrow(dk, 0, a, n), (self).gathered((self).unpadded(gk, n), groups))
      _3 = torch.copy_(torch.narrow(dv, 0, a, n), (self).gathered((self).unpadded(gv, n), groups))
    return dq

  # Queries [first, end) of a row by keys [low, end), all (H, tokens, d); q is scaled. Writes the queries' gradient, adds to the others.
  def window_block_backward_(self: __torch__.Ops, grad: Tensor, q: Tensor, k: Tensor, v: Tensor, block: List[int], window: int, dq: Tensor,
          dk: Tensor, dv: Tensor) -> Tensor:
    low, first, end, = block
    n = torch.sub(end, first)
    width = torch.sub(end, low)
    bg = torch.narrow(grad, 1, first, n)
    bq = torch.narrow(q, 1, first, n)
    bk = torch.narrow(k, 1, low, width)
    bv = torch.narrow(v, 1, low, width)
    scores = torch.bmm(bq, torch.transpose(bk, 1, 2))
    p = torch.softmax(torch.add_(scores, (self).window_mask(q, block, window), alpha=1), -1, None)
    _0 = torch.add_(torch.narrow(dv, 1, low, width), torch.bmm(torch.transpose(p, 1, 2), bg), alpha=1)
    ds = torch._softmax_backward_data(torch.bmm(bg, torch.transpose(bv, 1, 2)), p, -1, p.dtype)
    _1 = torch.add_(torch.narrow(dk, 1, low, width), torch.bmm(torch.transpose(ds, 1, 2), bq), alpha=1)
    return torch.copy_(torch.narrow(dq, 1, first, n), torch.bmm(ds, bk))

  # --- decoding: caches are (B, G, capacity, d) ---------------------------------------------------------------------

  def zeros(self: __torch__.Ops, like: Tensor, shape: List[int], dtype: int) -> Tensor:
    return torch.zeros(shape, dtype=dtype, layout=None, device=like.device, pin_memory=None)

  # Puts the rows of x (T, G, d), or the last `most` tokens of each, at the left ends of the caches, from the row `first` on.
  def fill_cache_(self: __torch__.Ops, cache: Tensor, x: Tensor, first: int, starts: List[int], most: int) -> Tensor:
    for i in range(torch.sub(torch.len(starts), 1)):
      end = starts[torch.add(i, 1)]
      n = ops.prim.min(torch.sub(end, starts[i]), most)
      row = torch.select(cache, 0, torch.add(first, i))
      _0 = torch.copy_(torch.narrow(row, 1, 0, n), torch.transpose(torch.narrow(x, 0, torch.sub(end, n), n), 0, 1))
    return cache

  # Moves the n tokens of a row that stand at `start` to its left end.
  def move_left_(self: __torch__.Ops, cache: Tensor, row: int, start: int, n: int) -> Tensor:
    own = torch.select(cache, 0, row)
    _0 = torch.copy_(torch.narrow(own, 1, 0, n), torch.clone(torch.narrow(own, 1, start, n), memory_format=None))
    return cache

  # Copies the first n tokens of rows over other rows, one after the other.
  def move_rows_(self: __torch__.Ops, cache: Tensor, sources: List[int], targets: List[int], n: int) -> Tensor:
    for i in range(torch.len(targets)):
      source = torch.narrow(torch.select(cache, 0, sources[i]), 1, 0, n)
      _0 = torch.copy_(torch.narrow(torch.select(cache, 0, targets[i]), 1, 0, n), source)
    return cache

  # Puts x (T, G, d) into the slots (T · G) of the cache seen as a list.
  def append_cache_(self: __torch__.Ops, cache: Tensor, x: Tensor, slots: Tensor) -> Tensor:
    return torch.index_put_(torch.flatten(cache, 0, 2), [slots], torch.flatten(x, 0, 1))

  def widen_cache(self: __torch__.Ops, cache: Tensor, capacity: int) -> Tensor:
    wide = torch.zeros([torch.size(cache, 0), torch.size(cache, 1), capacity, torch.size(cache, 3)], dtype=cache.dtype, layout=None,
        device=cache.device, pin_memory=None)
    _0 = torch.copy_(torch.narrow(wide, 2, 0, torch.size(cache, 2)), cache)
    return wide

  # (B, 1, L, n) from positions (B · L): 0 up to each query's position, -inf after it.
  def cache_mask(self: __torch__.Ops, positions: Tensor, rows: int, n: int, dtype: int) -> Tensor:
    seen = torch.arange(n, dtype=3, layout=None, device=positions.device, pin_memory=None)
    later = torch.gt(seen, torch.unsqueeze(positions, 1))
    mask = torch.zeros([torch.size(positions, 0), n], dtype=dtype, layout=None, device=positions.device, pin_memory=None)
    return torch.unsqueeze(torch.unflatten(torch.masked_fill_(mask, later, -inf), 0, [rows, -1]), 1)

  # The same mask where each query sees `window` tokens only.
  def hide_before_window(self: __torch__.Ops, mask: Tensor, positions: Tensor, window: int) -> Tensor:
    seen = torch.arange(torch.size(mask, 3), dtype=3, layout=None, device=positions.device, pin_memory=None)
    before = torch.le(seen, torch.unsqueeze(torch.sub(positions, window), 1))
    return torch.masked_fill(mask, torch.unsqueeze(torch.unflatten(before, 0, [torch.size(mask, 0), -1]), 1), -inf)

  # Puts k and v (T, G, d) into their slots of the caches; q (T, H, d) -> (T, H, d). Each of the B rows has L of the tokens, or
  # fewer: then padding names the token of each of B · L queries, and the query of each token. The L queries of a group's
  # heads are its queries. Rows [bounds[i], bounds[i+1]) are computed together and see tokens [lows[i], lengths[i]).
  def attend_step(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, keys: Tensor, values: Tensor, slots: Tensor, mask: Tensor,
          padding: List[Tensor], bounds: List[int], lows: List[int], lengths: List[int], scale: float) -> Tensor:
    _0 = (self).append_cache_(keys, k, slots)
    _1 = (self).append_cache_(values, v, slots)
    even = torch.eq(torch.len(padding), 0)
    if even:
      padded = q
    else:
      padded = torch.index_select(q, 0, padding[0])
    groups = torch.size(keys, 1)
    heads = torch.unflatten(padded, 1, [groups, torch.floordiv(torch.size(q, 1), groups)])
    queries = torch.transpose(torch.unflatten(heads, 0, [bounds[-1], -1]), 1, 2)
    shape = [torch.size(queries, 2), torch.size(queries, 3)]
    grouped = torch.flatten(queries, 2, 3)
    parts = annotate(List[Tensor], [])
    for i in range(torch.len(lengths)):
      a = bounds[i]
      n = torch.sub(bounds[torch.add(i, 1)], a)
      low = lows[i]
      seen = torch.sub(lengths[i], low)
      gk = torch.narrow(torch.narrow(keys, 0, a, n), 2, low, seen)
      gv = torch.narrow(torch.narrow(values, 0, a, n), 2, low, seen)
      gm = torch.narrow(torch.narrow(mask, 0, a, n), 3, low, seen)
      o = torch.scaled_dot_product_attention(torch.narrow(grouped, 0, a, n), gk, gv, gm, 0., False, scale=scale, enable_gqa=False)
      _2 = torch.append(parts, torch.flatten(torch.transpose(torch.unflatten(o, 2, shape), 1, 2), 2, 3))
    out = torch.flatten(torch.cat(parts, 0), 0, 1)
    if even:
      tokens = out
    else:
      tokens = torch.index_select(out, 0, padding[1])
    return tokens

  # A layer over few new tokens of each row, all in one call: while decoding, calls cost as much as attention. x (T, h);
  # norms before attention and before the feed-forward matrices, and behind either where there are such; q, k, v in one or three
  # matrices; inner: gate and up, in one or two matrices, or one before a gelu. Each is its weight, or weight and bias. Then the
  # weights of norms over each head's q and k, or none. adapters: A and B beside each of these matrices, or none, of which shares
  # (T, r), where there are any, tell how much of each rank a token takes. form: H, G and d; each head's q, k and v side by side;
  # neighbouring channels turned; gated; gelu or silu; the norms' epsilon; the scales of scores and of the residual. Must do what
  # DecoderLayer does.
  def layer_step(self: __torch__.Ops, x: Tensor,
          layer: Tuple[List[List[Tensor]], List[List[Tensor]], List[List[Tensor]], List[List[Tensor]], List[List[Tensor]], List[Tensor]],
          adapters: Tuple[List[List[Tensor]], List[List[Tensor]], List[List[Tensor]], List[List[Tensor]]], shares: List[Tensor],
          form: Tuple[List[int], bool, bool, bool, bool, float, float, float], angles: List[Tensor], offsets: List[int], keys: Tensor,
          values: Tensor, slots: Tensor, mask: Tensor, padding: List[Tensor], bounds: List[int], lows: List[int],
          lengths: List[int]) -> Tensor:
    norms, qkv, out, inner, down, head_norms, = layer
    qkv_more, out_more, inner_more, down_more, = adapters
    heads, per_head, pairs, gated, gelu, eps, scale, residual, = form
    normed = (self).normed(x, norms[0], eps)
    q, k, v, = (self).step_heads(torch.cat((self).shared_products(normed, qkv, qkv_more, shares), 0), heads, per_head)
    if torch.gt(torch.len(head_norms), 0):
      q = (self).normed_heads(q, head_norms[0], eps)
      k = (self).normed_heads(k, head_norms[1], eps)
    for i in range(torch.len(offsets)):
      cos = angles[torch.mul(i, 2)]
      sin = angles[torch.add(torch.mul(i, 2), 1)]
      if pairs:
        _0 = (self).rotate_pairs_(q, cos, sin, offsets[i])
        _1 = (self).rotate_pairs_(k, cos, sin, offsets[i])
      else:
        _2 = (self).rotate_halves_(q, cos, sin, offsets[i])
        _3 = (self).rotate_halves_(k, cos, sin, offsets[i])
    attended = torch.flatten((self).attend_step(q, k, v, keys, values, slots, mask, padding, bounds, lows, lengths, scale), 1)
    change = (self).shared_products(attended, out, out_more, shares)[0]
    if torch.gt(torch.len(norms), 2):
      change = (self).normed_columns(change, norms[2], eps)
    middle = (self).residual(change, x, normed, residual)
    normed0 = (self).normed(middle, norms[1], eps)
    activated = (self).activated((self).shared_products(normed0, inner, inner_more, shares), gated, gelu)
    change0 = (self).shared_products(torch.t(activated), down, down_more, shares)[0]
    if torch.gt(torch.len(norms), 2):
      change0 = (self).normed_columns(change0, norms[3], eps)
    return (self).residual(change0, middle, normed0, residual)

  # (T, H, d) -> normalised head by head
  def normed_heads(self: __torch__.Ops, x: Tensor, weight: Tensor, eps: float) -> Tensor:
    rows = torch.reshape(x, [-1, torch.size(x, 2)])
    return torch.unflatten((self).rms_norm(rows, weight, eps)[0], 0, [-1, torch.size(x, 1)])

  # products, and B (A xᵀ · sharesᵀ) added to those beside which an adapter lies
  def shared_products(self: __torch__.Ops, x: Tensor, layers: List[List[Tensor]], adapters: List[List[Tensor]],
          shares: List[Tensor]) -> List[Tensor]:
    results = (self).products(x, layers)
    if torch.gt(torch.len(shares), 0):
      for i in range(torch.len(adapters)):
        if torch.gt(torch.len(adapters[i]), 0):
          down = torch.to(torch.mul((self).products(x, [[adapters[i][0]]])[0], torch.t(shares[0])), x.dtype)
          _0 = torch.addmm_(results[i], adapters[i][1], down, beta=1, alpha=1)
    return results

  # (h, T) -> normalised token by token
  def normed_columns(self: __torch__.Ops, x: Tensor, norm: List[Tensor], eps: float) -> Tensor:
    return torch.t((self).normed(torch.contiguous(torch.t(x)), norm, eps))

  # (T, h) -> normalised
  def normed(self: __torch__.Ops, x: Tensor, norm: List[Tensor], eps: float) -> Tensor:
    if torch.eq(torch.len(norm), 2):
      y = (self).layer_norm(x, norm[0], norm[1], eps)[0]
    else:
      y = (self).rms_norm(x, norm[0], eps)[0]
    return y

  # (columns, T) -> q (T, H, d), k and v (T, G, d); heads: H, G, d.
  def step_heads(self: __torch__.Ops, columns: Tensor, heads: List[int], per_head: bool) -> List[Tensor]:
    h, g, d, = heads
    x = torch.contiguous(torch.t(columns))
    if per_head:
      qkv = [(self).head_part(x, h, d, 0), (self).head_part(x, h, d, 1), (self).head_part(x, h, d, 2)]
    else:
      after = torch.mul(torch.add(h, g), d)
      qkv = [(self).heads(x, 0, h, d), (self).heads(x, torch.mul(h, d), g, d), (self).heads(x, after, g, d)]
    return qkv

  # change (h, T) + x (T, h), or, where a scale is given, scale · normed
  def residual(self: __torch__.Ops, change: Tensor, x: Tensor, normed: Tensor, scale: float) -> Tensor:
    if torch.eq(scale, 1.):
      y = torch.add(x, torch.t(change), alpha=1)
    else:
      y = torch.add(torch.mul(normed, scale), torch.t(change), alpha=1)
    return y

  # (columns, T) -> (f, T)
  def activated(self: __torch__.Ops, inner: List[Tensor], gated: bool, gelu: bool) -> Tensor:
    halves = inner
    if torch.__and__(gated, torch.eq(torch.len(inner), 1)):
      halves = torch.chunk(inner[0], 2, 0)
    if gelu:
      y = (self).gelu(halves[0])
    else:
      y = torch.silu(halves[0])
    if gated:
      y = torch.mul_(y, halves[1])
    return y

  # torch.max looks for the index of the largest three to six times as fast as argmax; both take the first of equals.
  def likeliest(self: __torch__.Ops, logits: Tensor) -> Tensor:
    best, index, = torch.max(logits, 1, False)
    return torch.to(index, 3, False, False)

  # --- feed forward ----------------------------------------------------------------------------------------------

  # silu(gate) · up
  def silu_gate(self: __torch__.Ops, gate: Tensor, up: Tensor) -> Tensor:
    y = torch.empty_like(gate)
    n = torch.size(gate, 0)
    step = (self).rows_at_once(gate)
    for i in range(0, n, step):
      size = ops.prim.min(step, torch.sub(n, i))
      some = torch.silu(torch.narrow(gate, 0, i, size), out=torch.narrow(y, 0, i, size))
      _0 = torch.mul_(some, torch.narrow(up, 0, i, size))
    return y

  # Writes the gradients over gate and up.
  def silu_gate_backward_(self: __torch__.Ops, grad: Tensor, gate: Tensor, up: Tensor) -> Tensor:
    n = torch.size(gate, 0)
    step = (self).rows_at_once(gate)
    for i in range(0, n, step):
      size = ops.prim.min(step, torch.sub(n, i))
      some = torch.narrow(grad, 0, i, size)
      g = torch.narrow(gate, 0, i, size)
      u = torch.narrow(up, 0, i, size)
      inner = torch.mul(some, u)
      _0 = torch.mul_(torch.silu(g, out=u), some)
      _1 = torch.silu_backward(inner, g, grad_input=g)
    return grad

  # gelu(gate) · up
  def gelu_gate(self: __torch__.Ops, gate: Tensor, up: Tensor) -> Tensor:
    y = torch.empty_like(gate)
    n = torch.size(gate, 0)
    step = (self).rows_at_once(gate)
    for i in range(0, n, step):
      size = ops.prim.min(step, torch.sub(n, i))
      some = torch.gelu(torch.narrow(gate, 0, i, size), approximate="tanh", out=torch.narrow(y, 0, i, size))
      _0 = torch.mul_(some, torch.narrow(up, 0, i, size))
    return y

  # Writes the gradients over gate and up.
  def gelu_gate_backward_(self: __torch__.Ops, grad: Tensor, gate: Tensor, up: Tensor) -> Tensor:
    n = torch.size(gate, 0)
    step = (self).rows_at_once(gate)
    for i in range(0, n, step):
      size = ops.prim.min(step, torch.sub(n, i))
      some = torch.narrow(grad, 0, i, size)
      g = torch.narrow(gate, 0, i, size)
      u = torch.narrow(up, 0, i, size)
      inner = torch.mul(some, u)
      _0 = torch.mul_(torch.gelu(g, approximate="tanh", out=u), some)
      _1 = torch.gelu_backward(inner, g, approximate="tanh", grad_input=g)
    return grad

  def gelu(self: __torch__.Ops, x: Tensor) -> Tensor:
    return torch.gelu(x, approximate="tanh")

  def gelu_backward(self: __torch__.Ops, grad: Tensor, x: Tensor) -> Tensor:
    return torch.gelu_backward(grad, x, approximate="tanh")

  # --- element-wise ----------------------------------------------------------------------------------------------

  def add_(self: __torch__.Ops, target: Tensor, x: Tensor, alpha: float) -> Tensor:
    return torch.add_(target, x, alpha=alpha)

  def add_at_(self: __torch__.Ops, target: Tensor, index: Tensor, x: Tensor, alpha: float) -> Tensor:
    return torch.index_add_(target, 0, index, x, alpha=alpha)

  # x times a number that is rounded to x's type first
  def scale_rounded_(self: __torch__.Ops, x: Tensor, scale: float) -> Tensor:
    return torch.mul_(x, torch.full([], scale, dtype=x.dtype, layout=None, device=x.device, pin_memory=None))

  def zero_(self: __torch__.Ops, x: Tensor) -> Tensor:
    return torch.zero_(x)

  # Rows of length 1 in the same directions.
  def unit_rows(self: __torch__.Ops, x: Tensor) -> Tensor:
    y = torch.empty_like(x)
    n = torch.size(x, 0)
    step = (self).rows_at_once(x)
    for i in range(0, n, step):
      size = ops.prim.min(step, torch.sub(n, i))
      wide = torch.to(torch.narrow(x, 0, i, size), 6)
      length = torch.clamp_min(torch.linalg_vector_norm(wide, 2, [-1], True), 9.9999999999999998e-13)
      _0 = torch.div(wide, length, out=torch.narrow(y, 0, i, size))
    return y

  # --- loss ------------------------------------------------------------------------------------------------------

  # Σ NLL of the labels (N) under the first rows of x headᵀ, and how many labels are the likeliest id, both in fp64; `chunk`
  # positions at a time.
  def score(self: __torch__.Ops, x: Tensor, head: Tensor, labels: Tensor, chunk: int) -> Tensor:
    totals = torch.zeros([2], dtype=7, layout=None, device=x.device, pin_memory=None)
    n = torch.size(labels, 0)
    for i in range(0, n, chunk):
      size = ops.prim.min(chunk, torch.sub(n, i))
      logits = torch.to(torch.linear(torch.narrow(x, 0, i, size), head, None), 6)
      target = torch.narrow(labels, 0, i, size)
      picked = torch.gather(torch.log_softmax(logits, 1, None), 1, torch.unsqueeze(target, 1))
      likeliest = torch.eq(torch.argmax(logits, 1, False), target)
      _0 = torch.sub_(torch.select(totals, 0, 0), torch.sum(torch.to(picked, 7)), alpha=1)
      _1 = torch.add_(torch.select(totals, 0, 1), torch.sum(torch.to(likeliest, 7)), alpha=1)
    return totals

  # Σ NLL (fp64), and scale · its gradient by x, of which rows behind the labelled ones get none. Probabilities are made once; a
  # label whose probability is too small to take its logarithm has it from the logits.
  def loss_gradient(self: __torch__.Ops, x: Tensor, head: Tensor, labels: Tensor, scale: float, chunk: int) -> List[Tensor]:
    total = torch.zeros([], dtype=7, layout=None, device=x.device, pin_memory=None)
    dx = torch.empty_like(x)
    n = torch.size(x, 0)
    room = torch.empty([ops.prim.min(chunk, n), torch.size(head, 0)], dtype=x.dtype, layout=None, device=x.device, pin_memory=None,
        memory_format=None)
    for i in range(0, n, chunk):
      size = ops.prim.min(chunk, torch.sub(n, i))
      logits = torch.narrow(room, 0, 0, size)
      _0 = torch.mm(torch.narrow(x, 0, i, size), torch.t(head), out=logits)
      first = ops.prim.min(i, torch.size(labels, 0))
      count = ops.prim.min(size, torch.sub(torch.size(labels, 0), first))
      some = torch.narrow(labels, 0, first, count)
      _1 = torch.sub_(total, (self).logits_gradient_(torch.narrow(logits, 0, 0, count), some, scale), alpha=1)
      _2 = torch.zero_(torch.narrow(logits, 0, count, torch.sub(size, count)))
      _3 = torch.mm(logits, head, out=torch.narrow(dx, 0, i, size))
    return [total, dx]

  # Writes scale · the gradient over the logits (n, V); returns Σ log-likelihood (fp64).
  def logits_gradient_(self: __torch__.Ops, logits: Tensor, labels: Tensor, scale: float) -> Tensor:
    if logits.is_cuda:
      total = (self).logits_gradient_whole_(logits, labels, scale)
    else:
      total = (self).logits_gradient_blocks_(logits, labels, scale)
    return total

  # Reads nothing back: all likelihoods are made as logarithms.
  def logits_gradient_whole_(self: __torch__.Ops, logits: Tensor, labels: Tensor, scale: float) -> Tensor:
    target = torch.unsqueeze(labels, 1)
    logarithms = torch.log_softmax(logits, 1, 6)
    picked = torch.gather(logarithms, 1, target)
    grad = torch.scatter_add_(torch.exp_(logarithms), 1, target, torch.full_like(picked, -1))
    factor = torch.full([], scale, dtype=6, layout=None, device=logits.device, pin_memory=None)
    _0 = torch.mul(grad, factor, out=logits)
    return torch.sum(picked, [0, 1], False, dtype=7)

  def logits_gradient_blocks_(self: __torch__.Ops, logits: Tensor, labels: Tensor, scale: float) -> Tensor:
    total = torch.zeros([], dtype=7, layout=None, device=logits.device, pin_memory=None)
    n = torch.size(logits, 0)
    step = (self).rows_at_once(logits)
    for i in range(0, n, step):
      size = ops.prim.min(step, torch.sub(n, i))
      some = torch.narrow(logits, 0, i, size)
      target = torch.unsqueeze(torch.narrow(labels, 0, i, size), 1)
      wide = torch.to(some, 6)
      grad = torch.softmax(wide, 1, None)
      likelihood = torch.gather(grad, 1, target)
      picked = torch.log(likelihood)
      if torch.lt(torch.item(torch.amin(likelihood)), 1.0000000000000001e-30):
        picked0 = torch.gather(torch.log_softmax(wide, 1, None), 1, target)
      else:
        picked0 = picked
      _0 = torch.add_(total, torch.sum(torch.to(picked0, 7)), alpha=1)
      _1 = torch.scatter_add_(grad, 1, target, torch.full_like(picked, -1))
      _2 = torch.copy_(some, torch.mul_(grad, scale))
    return total

  # --- optimizer -------------------------------------------------------------------------------------------------

  # AdamW in place, as torch's: decoupled decay, bias corrections c1 = 1 - beta1^t, c2 = 1 - beta2^t.
  def adam_(self: __torch__.Ops, p: Tensor, g: Tensor, m: Tensor, v: Tensor, clip: float, lr: float, betas: List[float], eps: float,
          decay: float, corrections: List[float]) -> Tensor:
    if torch.ne(clip, 1.):
      _0 = torch.mul_(g, clip)
    if torch.ne(decay, 0.):
      _1 = torch.mul_(p, torch.sub(1., torch.mul(lr, decay)))
    _2 = torch.lerp_(m, g, torch.sub(1., betas[0]))
    _3 = torch.addcmul_(torch.mul_(v, betas[1]), g, g, value=torch.sub(1., betas[1]))
    root = torch.add_(torch.div_(torch.sqrt(v), torch.sqrt(corrections[1])), eps)
    return torch.addcdiv_(p, m, root, value=torch.neg(torch.div(lr, corrections[0])))
