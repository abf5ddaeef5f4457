package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sparklora.evaluation.Score;
import org.sparklora.model.LossHead.Labels;
import org.sparklora.model.LossHead.LossGradient;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;

/**
 * A frozen decoder with the projections it was built with. Used by one thread at a time; {@link
 * #forAnotherThread} shares its native memory with a second thread.
 */
public final class Decoder implements AutoCloseable {
  private final DecoderParts parts;
  private final SharedMemory memory;
  private final NDManager owner;
  private final Kernels kernels;
  private final Positions positions;
  private final ProductSizes sizes;

  /** The weights live in {@code memory}; the decoder joins it. */
  Decoder(DecoderParts parts, SharedMemory memory) {
    this.memory = memory;
    this.owner = memory.join();
    this.kernels = Kernels.load(owner);
    this.parts = parts;
    this.positions = new Positions(parts.spec(), parts.type(), owner);
    this.sizes = ProductSizes.of(parts.type());
  }

  /**
   * Loads the base, or maps it, with {@code adaptation}'s projections. The decoder takes over
   * {@code owner} and closes it; the engine must have been started in this thread.
   */
  public static Decoder load(
      BaseWeights base, ComputeOptions options, NDManager owner, Adaptation adaptation) {
    DecoderParts parts = DecoderAssembly.build(base, options, owner, adaptation);
    return new Decoder(parts, new SharedMemory(owner));
  }

  /**
   * A decoder for another thread with the same weights, which are freed when both are closed; not
   * for training.
   */
  public Decoder forAnotherThread() {
    return new Decoder(parts, memory);
  }

  public DecoderSpec spec() {
    return parts.spec();
  }

  public NumberType type() {
    return parts.type();
  }

  /** How well the labels of the batch are predicted: forward only, without dropout. */
  public Score score(PackedBatch batch) {
    if (batch.labelled() == 0) {
      return Score.NOTHING;
    }
    try (NDManager scope = owner.newSubManager()) {
      int tokens = sizes.padded(batch.tokens());
      Labels labels = labels(batch, scope);
      Pass pass = pass(batch, tokens, null, scope).wanting(labels.positions());
      NDArray x = embed(Arrays.copyOf(batch.ids(), tokens), pass);
      for (int i = 0; i < parts.layers().size(); i++) {
        x = replaced(x, parts.layers().get(i), ofLayer(i, pass));
      }
      return parts.head().score(x, labels, pass);
    }
  }

  /**
   * Adds the gradient of {@code scale} · Σ NLL over the labels to those of the trainable
   * projections, and Σ NLL to {@code total}; does not wait for a GPU.
   */
  public void addGradient(PackedBatch batch, TrainingPass training, NDArray total) {
    if (batch.labelled() == 0) {
      return;
    }
    try (NDManager scope = owner.newSubManager();
        Tape tape = Tape.recording(scope)) {
      int tokens = sizes.padded(batch.tokens());
      Labels labels = labels(batch, scope);
      Pass pass = pass(batch, tokens, training.tokenKeys(), scope).wanting(labels.positions());
      List<Tape> tapes = layerTapes(scope);
      NDArray x = embed(Arrays.copyOf(batch.ids(), tokens), pass);
      for (int i = 0; i < tapes.size(); i++) {
        x = forward(i, x, ofLayer(i, pass).on(tapes.get(i)), training);
      }
      LossGradient loss = parts.head().gradient(x, labels, training.scale(), pass.on(tape));
      x.close();
      pass.run("add_", total, loss.sum(), 1.0);
      backward(loss.grad(), tapes, pass, training);
    }
  }

  /** Logits of every position of one row: one array per position. */
  public float[][] logits(int[] ids) {
    try (NDManager scope = owner.newSubManager()) {
      List<NDArray> states = hiddenStates(ids, scope);
      Pass pass = new Pass(kernels, null, scope, Tape.idle());
      NDArray last = states.get(states.size() - 2);
      NDArray logits = pass.tensor("cast", parts.head().logits(last, pass), NumberType.FP32.code());
      return matrix(logits);
    }
  }

  /** A batch that prompts may join, at most {@code mostRows} at once; the caller closes it. */
  public Decoding decode(int mostRows) {
    return new DecodingState(parts, positions, kernels, owner, mostRows);
  }

  /** Embedding, output of each layer, final norm: (tokens, hidden) each, owned by {@code scope}. */
  List<NDArray> hiddenStates(int[] ids, NDManager scope) {
    Pass pass = pass(PackedBatch.unlabelled(ids), ids.length, null, scope);
    List<NDArray> states = new ArrayList<>();
    NDArray x = embed(ids, pass);
    states.add(x);
    for (DecoderLayer layer : parts.layers()) {
      x = layer.forward(x, pass);
      states.add(x);
    }
    states.add(parts.head().normed(x, pass));
    return states;
  }

  @Override
  public void close() {
    kernels.close();
    owner.close();
    memory.leave();
  }

  static float[][] matrix(NDArray values) {
    int columns = (int) values.getShape().get(1);
    float[] flat = values.toFloatArray();
    float[][] rows = new float[flat.length / columns][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * columns, (i + 1) * columns);
    }
    return rows;
  }

  /** A tape for each layer; those below the lowest trained one need none. */
  private List<Tape> layerTapes(NDManager scope) {
    List<Tape> tapes = new ArrayList<>();
    for (int i = 0; i < parts.layers().size(); i++) {
      tapes.add(i < parts.lowestTrained() ? Tape.idle() : Tape.recording(scope));
    }
    return tapes;
  }

  /** A layer of a training pass. Recomputing layers keep only their input. */
  private NDArray forward(int index, NDArray x, Pass pass, TrainingPass training) {
    DecoderLayer layer = parts.layers().get(index);
    if (!pass.tape().records()) {
      return replaced(x, layer, pass);
    }
    if (training.recompute()) {
      pass.tape().push(x);
      return layer.output(x, pass.on(Tape.idle()));
    }
    return layer.output(x, pass);
  }

  /** A layer's output in place of its input, which is closed. */
  private static NDArray replaced(NDArray x, DecoderLayer layer, Pass pass) {
    NDArray y = layer.output(x, pass);
    x.close();
    return y;
  }

  /** Behind the attention of the last layer only the wanted tokens matter. */
  private Pass ofLayer(int index, Pass pass) {
    return index == parts.layers().size() - 1 ? pass : pass.wanting(null);
  }

  private void backward(NDArray top, List<Tape> tapes, Pass pass, TrainingPass training) {
    NDArray grad = top;
    for (int i = tapes.size() - 1; i >= parts.lowestTrained(); i--) {
      DecoderLayer layer = parts.layers().get(i);
      try (NDManager inner = pass.scope().newSubManager();
          Tape kept = tapes.get(i)) {
        Pass own = ofLayer(i, pass).in(inner).on(kept);
        if (training.recompute()) {
          own = own.on(Tape.recording(inner));
          layer.replay(kept.pop()[0], own);
        }
        NDArray below = layer.backward(grad, i > parts.lowestTrained(), own);
        grad.close();
        if (below != null) {
          below.attach(pass.scope());
        }
        grad = below;
      }
    }
  }

  private NDArray embed(int[] ids, Pass pass) {
    return parts.embedding().of(ids, pass);
  }

  /** Over a batch and the tokens that pad it. */
  private Pass pass(PackedBatch batch, int tokens, int[] tokenKeys, NDManager scope) {
    NDArray keys =
        tokenKeys == null
            ? null
            : HostNumbers.sent(Arrays.copyOf(tokenKeys, tokens), scope, kernels);
    PackedRows rows = positions.rows(batch, tokens, kernels, scope, keys);
    return new Pass(kernels, rows, scope, Tape.idle());
  }

  /** The labelled positions are followed by some without a label, as padding. */
  private Labels labels(PackedBatch batch, NDManager scope) {
    long[] ids = new long[batch.labelled()];
    long[] at = new long[sizes.padded(ids.length)];
    int count = 0;
    int padding = ids.length;
    for (int i = 0; padding < at.length || count < ids.length; i++) {
      if (i < batch.tokens() && batch.labels()[i] != PackedBatch.IGNORED) {
        at[count] = i;
        ids[count++] = batch.labels()[i];
      } else if (padding < at.length) {
        at[padding++] = i;
      }
    }
    return new Labels(HostNumbers.sent(at, scope, kernels), HostNumbers.sent(ids, scope, kernels));
  }
}
