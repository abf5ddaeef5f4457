package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import org.sparklora.model.spec.DecoderSpec.Attention;
import org.sparklora.model.spec.DecoderSpec.QkvLayout;

/** Self-attention within each row of a packed batch. */
final class AttentionBlock {
  private final int layer;
  private final Attention spec;
  private final RotaryTurn turn;
  private final Projection[] in;
  private final Projection out;

  AttentionBlock(int layer, Attention spec, RotaryTurn turn, Projection[] in, Projection out) {
    this.layer = layer;
    this.spec = spec;
    this.turn = turn;
    this.in = in;
    this.out = out;
  }

  /** x (tokens, hidden) → the same shape, or only the wanted tokens. */
  NDArray forward(NDArray x, Pass pass) {
    NDArray[] parts = new NDArray[in.length];
    for (int i = 0; i < in.length; i++) {
      parts[i] = in[i].forward(x, pass);
    }
    NDArray[] qkv = heads(parts, pass);
    turn.forward(qkv[0], pass);
    turn.forward(qkv[1], pass);
    NDArray[] result =
        pass.cache() == null ? attend(qkv, pass) : pass.cache().attend(layer, qkv, scale(), pass);
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
    for (int i = in.length - 1; i >= 0; i--) {
      in[i].backward(grads[i], pass, input);
    }
  }

  /** The output (tokens, heads, size), and what its backward needs. */
  private NDArray[] attend(NDArray[] qkv, Pass pass) {
    PackedRows rows = pass.rows();
    return pass.tensors("attend", qkv[0], qkv[1], qkv[2], rows.starts(), rows.prefixes(), scale());
  }

  private void attendBackward(
      NDArray grad, NDArray[] qkv, NDArray[] result, NDArray[] grads, Pass pass) {
    PackedRows rows = pass.rows();
    pass.run(
        "attend_backward_",
        pass.tensor("heads", grad, 0, spec.heads(), spec.headSize()),
        qkv[0],
        qkv[1],
        qkv[2],
        result,
        rows.starts(),
        rows.prefixes(),
        scale(),
        grads[0],
        grads[1],
        grads[2]);
    turn.backward(grads[0], pass);
    turn.backward(grads[1], pass);
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

  private double scale() {
    return 1 / Math.sqrt(spec.headSize());
  }
}
