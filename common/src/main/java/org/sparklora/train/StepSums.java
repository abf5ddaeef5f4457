package org.sparklora.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What the ranks add up in a step, in one buffer: the gradient, then the loss (as two floats that
 * keep a double's precision), labels, tokens, rows without labels, and two votes; then a place for
 * each rank's own numbers, zero from all others, so that the sum holds every rank's.
 */
final class StepSums {
  /** Numbers behind the gradient. */
  enum Tail {
    LOSS_HIGH(0),
    LOSS_LOW(1),
    LABELS(2),
    TOKENS(3),
    ROWS_WITHOUT_LABELS(4),
    STOP(5),
    NOMINAL_DIVISOR(6);

    private final int offset;

    Tail(int offset) {
      this.offset = offset;
    }
  }

  private static final int CHUNK = 8192;

  /** Of a rank's place, each number as two floats. */
  private static final int PLACE = 2 * RankShare.NUMBERS;

  private final int size;
  private final int ranks;
  private final ByteBuffer bytes;
  private final FloatBuffer buffer;

  StepSums(int size, int ranks) {
    this.size = size;
    this.ranks = ranks;
    // direct: the exchange and the engine read and write it without another copy
    this.bytes =
        ByteBuffer.allocateDirect(Math.multiplyExact(place(ranks), Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    this.buffer = bytes.asFloatBuffer();
  }

  /**
   * All of it in parts of so many numbers of the gradient, each summed on its own; what stands
   * behind the gradient is in the last one.
   */
  List<Part> parts(int atOnce) {
    List<Part> parts = new ArrayList<>();
    for (int from = 0; from == 0 || from < size; from += atOnce) {
      parts.add(new Part(from, Math.min(atOnce, size - from)));
    }
    return parts;
  }

  /** Numbers of the gradient from one on. */
  final class Part {
    private final int from;
    private final int length;

    private Part(int from, int length) {
      this.from = from;
      this.length = length;
    }

    int from() {
      return from;
    }

    FloatBuffer gradient() {
      return buffer.slice(from, length);
    }

    boolean isLast() {
      return from + length == size;
    }

    /** For the exchange. */
    ByteBuffer bytes() {
      int floats = isLast() ? buffer.capacity() - from : length;
      return bytes.slice(from * Float.BYTES, floats * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  FloatBuffer gradient() {
    return buffer.duplicate().clear().limit(size);
  }

  int ranks() {
    return ranks;
  }

  /** All that stands behind the gradient. */
  void clearTail() {
    for (int i = size; i < buffer.capacity(); i++) {
      buffer.put(i, 0);
    }
  }

  void put(Tail which, double value) {
    buffer.put(size + which.offset, (float) value);
  }

  double get(Tail which) {
    return buffer.get(size + which.offset);
  }

  void putLoss(double loss) {
    putWhole(size + Tail.LOSS_HIGH.offset, loss);
  }

  double loss() {
    return whole(size + Tail.LOSS_HIGH.offset);
  }

  /** A rank's own numbers. */
  void put(int rank, RankShare share) {
    double[] numbers = share.numbers();
    for (int i = 0; i < numbers.length; i++) {
      putWhole(place(rank) + 2 * i, numbers[i]);
    }
  }

  /** Once it is summed, any rank's. */
  RankShare share(int rank, String host) {
    double[] numbers = new double[RankShare.NUMBERS];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = whole(place(rank) + 2 * i);
    }
    return RankShare.of(host, numbers);
  }

  private int place(int rank) {
    return Math.addExact(size, Tail.values().length + rank * PLACE);
  }

  private void putWhole(int at, double value) {
    buffer.put(at, (float) value);
    buffer.put(at + 1, (float) (value - (float) value));
  }

  private double whole(int at) {
    return (double) buffer.get(at) + buffer.get(at + 1);
  }

  /** L2 norm of the gradient; not finite if any part of it is not. */
  double norm() {
    float[] chunk = new float[CHUNK];
    double total = 0;
    for (FloatBuffer rest = gradient(); rest.hasRemaining(); ) {
      int n = Math.min(CHUNK, rest.remaining());
      rest.get(chunk, 0, n);
      double part = 0;
      for (int i = 0; i < n; i++) {
        part += (double) chunk[i] * chunk[i];
      }
      total += part;
    }
    return Math.sqrt(total);
  }
}
