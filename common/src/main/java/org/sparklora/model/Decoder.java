package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sparklora.model.LossHead.Labels;
import org.sparklora.model.LossHead.LossGradient;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;

/**
 * A frozen decoder with the projections it was built with. Used by one thread at a time; {@link
 * #another} shares its native memory with a second thread.
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
   * Loads the base, or maps it, with {@code adaptation}'s projections. The decoder takes {@code
   * owner} over and closes it; the engine must have been started in this thread.
   */
  public static Decoder load(
      BaseWeights base, ComputeOptions options, NDManager owner, Adaptation adaptation) {
    return DecoderAssembly.build(base, options, owner, adaptation);
  }

  /**
   * A decoder for another thread with the same weights, which are freed when both are closed; not
   * for training.
   */
  public Decoder another() {
    return new Decoder(parts, memory);
  }

  public DecoderSpec spec() {
    return parts.spec();
  }

  public NumberType type() {
    return parts.type();
  }

  /** Σ NLL over the labels of the batch; 0 without labels. */
  public double loss(PackedBatch batch) {
    if (batch.labelled() == 0) {
      return 0;
    }
    try (NDManager scope = owner.newSubManager()) {
      Labels labels = labels(batch, scope);
      PackedRows rows = paddedRows(batch, null, scope).wanting(labels.places());
      Pass pass = new Pass(kernels, rows, scope, Tape.idle());
      NDArray x = embed(paddedIds(batch), pass);
      for (int i = 0; i < parts.layers().size(); i++) {
        Pass own = new Pass(kernels, ofLayer(i, rows), scope, Tape.idle());
        x = step(parts.layers().get(i), x, own);
      }
      return parts.head().loss(x, labels, pass);
    }
  }

  /**
   * Σ NLL over the labels; adds the gradient of {@code scale} · Σ NLL to the parameters of the
   * trainable projections.
   */
  public double lossWithGradient(PackedBatch batch, TrainingPass training) {
    if (batch.labelled() == 0) {
      return 0;
    }
    try (NDManager scope = owner.newSubManager();
        Tape tape = Tape.recording(scope)) {
      Labels labels = labels(batch, scope);
      PackedRows rows = paddedRows(batch, training.tokenKeys(), scope).wanting(labels.places());
      List<Tape> tapes = new ArrayList<>();
      NDArray x = embed(paddedIds(batch), new Pass(kernels, rows, scope, Tape.idle()));
      for (int i = 0; i < parts.layers().size(); i++) {
        Tape own = layerTape(i, scope, tapes);
        x = forward(i, x, new Pass(kernels, ofLayer(i, rows), scope, own), training);
      }
      Pass pass = new Pass(kernels, rows, scope, tape);
      LossGradient loss = parts.head().gradient(x, labels, training.scale(), pass);
      x.close();
      backward(loss.grad(), tapes, new Pass(kernels, rows, scope, tape), training);
      return loss.sum().toDoubleArray()[0];
    }
  }

  /** Logits of every position of one row: one array per position. */
  public float[][] logits(int[] ids) {
    try (NDManager scope = owner.newSubManager()) {
      List<NDArray> states = hiddenStates(ids, scope);
      Pass pass = new Pass(kernels, null, scope, Tape.idle());
      NDArray last = states.get(states.size() - 2);
      NDArray logits = pass.tensor("cast", parts.head().logits(last, pass), 6);
      return matrix(logits);
    }
  }

  /** Reads a batch of prompts, at least one token each; the caller closes the state. */
  public DecodingState decode(int[][] prompts) {
    DecodingState state = decode(prompts.length);
    try {
      state.join(prompts);
      return state;
    } catch (RuntimeException e) {
      state.close();
      throw e;
    }
  }

  /** A batch that prompts may join, at most so many at once; the caller closes it. */
  public DecodingState decode(int mostRows) {
    return new DecodingState(parts, positions, kernels, owner, mostRows);
  }

  /** Embedding, output of each layer, final norm: (tokens, hidden) each, owned by {@code scope}. */
  List<NDArray> hiddenStates(int[] ids, NDManager scope) {
    PackedBatch batch = PackedBatch.unlabelled(ids);
    PackedRows rows = positions.rows(batch, ids.length, kernels, scope, null);
    Pass pass = new Pass(kernels, rows, scope, Tape.idle());
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

  private Tape layerTape(int layer, NDManager scope, List<Tape> tapes) {
    Tape tape = layer < parts.lowestTrained() ? Tape.idle() : Tape.recording(scope);
    tapes.add(tape);
    return tape;
  }

  /** A layer of a training pass. Recomputing layers keep only their input. */
  private NDArray forward(int index, NDArray x, Pass pass, TrainingPass training) {
    DecoderLayer layer = parts.layers().get(index);
    if (training.recompute() && pass.tape().records()) {
      pass.tape().push(x);
      try (NDManager inner = pass.scope().newSubManager()) {
        Pass idle = new Pass(kernels, pass.rows(), inner, Tape.idle());
        return moved(layer.forward(x, idle), pass.scope());
      }
    }
    if (pass.tape().records()) {
      try (NDManager inner = pass.scope().newSubManager()) {
        return moved(
            layer.forward(x, new Pass(kernels, pass.rows(), inner, pass.tape())), pass.scope());
      }
    }
    return step(layer, x, pass);
  }

  /** A layer without a tape: its input is closed. */
  private NDArray step(DecoderLayer layer, NDArray x, Pass pass) {
    try (NDManager inner = pass.scope().newSubManager()) {
      Pass idle = new Pass(kernels, pass.rows(), inner, Tape.idle());
      NDArray y = moved(layer.forward(x, idle), pass.scope());
      x.close();
      return y;
    }
  }

  /** Behind the attention of the last layer only the wanted tokens matter. */
  private PackedRows ofLayer(int index, PackedRows rows) {
    return index == parts.layers().size() - 1 ? rows : rows.wanting(null);
  }

  private void backward(NDArray top, List<Tape> tapes, Pass pass, TrainingPass training) {
    NDArray grad = top;
    for (int i = tapes.size() - 1; i >= parts.lowestTrained(); i--) {
      DecoderLayer layer = parts.layers().get(i);
      try (NDManager inner = pass.scope().newSubManager();
          Tape kept = tapes.get(i)) {
        Tape tape = kept;
        if (training.recompute()) {
          tape = Tape.recording(inner);
          layer.replay(kept.pop()[0], new Pass(kernels, ofLayer(i, pass.rows()), inner, tape));
        }
        Pass own = new Pass(kernels, ofLayer(i, pass.rows()), inner, tape);
        NDArray below = layer.backward(grad, i > parts.lowestTrained(), own);
        grad.close();
        grad = below == null ? null : moved(below, pass.scope());
      }
    }
  }

  private static NDArray moved(NDArray tensor, NDManager owner) {
    tensor.attach(owner);
    return tensor;
  }

  private NDArray embed(int[] ids, Pass pass) {
    return pass.tensor("pick", parts.embedding(), pass.scope().create(ids));
  }

  private PackedRows paddedRows(PackedBatch batch, int[] tokenKeys, NDManager scope) {
    int tokens = sizes.padded(batch.tokens());
    NDArray keys = tokenKeys == null ? null : scope.create(Arrays.copyOf(tokenKeys, tokens));
    return positions.rows(batch, tokens, kernels, scope, keys);
  }

  private int[] paddedIds(PackedBatch batch) {
    return Arrays.copyOf(batch.ids(), sizes.padded(batch.tokens()));
  }

  /** The places are followed by others without a label. */
  private Labels labels(PackedBatch batch, NDManager scope) {
    long[] ids = new long[batch.labelled()];
    long[] places = new long[sizes.padded(ids.length)];
    int count = 0;
    int padding = ids.length;
    for (int i = 0; padding < places.length || count < ids.length; i++) {
      if (i < batch.tokens() && batch.labels()[i] != PackedBatch.IGNORED) {
        places[count] = i;
        ids[count++] = batch.labels()[i];
      } else if (padding < places.length) {
        places[padding++] = i;
      }
    }
    return new Labels(scope.create(places), scope.create(ids));
  }
}
