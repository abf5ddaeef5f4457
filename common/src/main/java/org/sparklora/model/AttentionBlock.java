package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.DecoderSpec.Attention;
import org.sparklora.model.spec.DecoderSpec.QkvLayout;

/** Self-attention within each row of a packed batch. */
final class AttentionBlock {
  private final int layer;
  private final Attention spec;
  private final int window;
  private final RotaryTurn turn;
  private final HeadNorms headNorms;
  private final Projection[] in;
  private final Projection out;

  AttentionBlock(LayerParts parts, DecoderSpec decoder) {
    this.layer = parts.index();
    this.spec = decoder.attention();
    this.window = decoder.window().of(layer);
    this.turn = new RotaryTurn(decoder.rotary().layout(), window > 0);
    this.headNorms = parts.headNorms();
    this.in = parts.qkv();
    this.out = parts.attentionEnd();
  }

  /** x (tokens, hidden) → the same shape, or only the wanted tokens. */
  NDArray forward(NDArray x, Pass pass) {
    NDArray[] parts = new NDArray[in.length];
    for (int i = 0; i < in.length; i++) {
      parts[i] = in[i].forward(x, pass);
    }
    headNorms.forward(parts, pass);
    NDArray[] qkv = heads(parts, pass);
    turn.forward(qkv[0], pass);
    turn.forward(qkv[1], pass);
    NDArray[] result = attend(qkv, pass);
    pass.tape().push(parts);
    pass.tape().push(result);
    return out.forward(pass.picked(flat(result[0], pass)), pass.ofWanted());
  }

  void backward(NDArray grad, Pass pass, InputGradient input) {
    InputGradient attended = InputGradient.needed();
    out.backward(grad, pass.ofWanted(), attended);
    NDArray[] result = pass.tape().pop();
    NDArray[] parts = pass.tape().pop();
    NDArray[] grads = new NDArray[in.length];
    for (int i = 0; i < grads.length; i++) {
      grads[i] = pass.tensor("empty_like", parts[i]);
    }
    NDArray wanted = pass.rows().wanted();
    NDArray sum = attended.sum();
    NDArray all =
        wanted == null ? sum : pass.tensor("spread", sum, wanted, parts[0].getShape().get(0));
    attendBackward(all, heads(parts, pass), result, heads(grads, pass), pass);
    headNorms.backward(grads, pass);
    for (int i = in.length - 1; i >= 0; i--) {
      in[i].backward(grads[i], pass, input);
    }
  }

  /** The output (tokens, heads, size), and what its backward needs. */
  private NDArray[] attend(NDArray[] qkv, Pass pass) {
    KeyValueCache cache = pass.cache();
    if (pass.isStep()) {
      return new NDArray[] {cache.attend(layer, qkv, pass)};
    }
    if (cache != null) {
      cache.fill(layer, qkv, pass);
    }
    PackedRows rows = pass.rows();
    if (hidesTokens(rows)) {
      return pass.tensors(
          "attend_window", qkv[0], qkv[1], qkv[2], rows.starts(), window, spec.scale());
    }
    return pass.tensors(
        "attend", qkv[0], qkv[1], qkv[2], rows.starts(), rows.prefixes(), spec.scale());
  }

  private void attendBackward(
      NDArray grad, NDArray[] qkv, NDArray[] result, NDArray[] grads, Pass pass) {
    NDArray ofHeads = pass.tensor("heads", grad, 0, spec.heads(), spec.headSize());
    if (hidesTokens(pass.rows())) {
      windowBackward(ofHeads, qkv, result, grads, pass);
    } else {
      fullBackward(ofHeads, qkv, result, grads, pass);
    }
    turn.backward(grads[0], pass);
    turn.backward(grads[1], pass);
  }

  private void fullBackward(
      NDArray grad, NDArray[] qkv, NDArray[] result, NDArray[] grads, Pass pass) {
    PackedRows rows = pass.rows();
    pass.run(
        "attend_backward_",
        grad,
        qkv[0],
        qkv[1],
        qkv[2],
        result,
        rows.starts(),
        rows.prefixes(),
        spec.scale(),
        grads[0],
        grads[1],
        grads[2]);
  }

  private void windowBackward(
      NDArray grad, NDArray[] qkv, NDArray[] result, NDArray[] grads, Pass pass) {
    pass.run(
        "attend_window_backward_",
        grad,
        qkv[0],
        qkv[1],
        qkv[2],
        result,
        pass.rows().starts(),
        window,
        spec.scale(),
        grads[0],
        grads[1],
        grads[2]);
  }

  /** Whether some token lies outside the window of another that comes after it. */
  private boolean hidesTokens(PackedRows rows) {
    return window > 0 && rows.longest() > window;
  }

  /** Views of queries (tokens, heads, size), keys and values (tokens, groups, size). */
  private NDArray[] heads(NDArray[] parts, Pass pass) {
    int size = spec.headSize();
    NDArray[] qkv = new NDArray[3];
    int column = 0;
    for (int i = 0; i < 3; i++) {
      int count = i == 0 ? spec.heads() : spec.groups();
      if (spec.layout() == QkvLayout.PER_HEAD) {
        qkv[i] = pass.tensor("head_part", parts[0], count, size, i);
      } else if (spec.layout() == QkvLayout.STACKED) {
        qkv[i] = pass.tensor("heads", parts[0], column, count, size);
      } else {
        qkv[i] = pass.tensor("heads", parts[i], 0, count, size);
      }
      column += count * size;
    }
    return qkv;
  }

  private NDArray flat(NDArray attended, Pass pass) {
    return pass.tensor("flat", attended);
  }
}
