package org.sparklora.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.sparklora.Log;
import org.sparklora.Sha256;
import org.sparklora.collective.AllReduce;
import org.sparklora.lora.TrainableModel;
import org.sparklora.lora.TrainableModel.Values;

/** Keeps trained values and moments the same on all ranks, bit by bit. */
final class ReplicaCheck {
  private static final Log LOG = Log.of(ReplicaCheck.class);
  private static final List<Values> KEPT =
      List.of(Values.PARAMETERS, Values.FIRST_MOMENT, Values.SECOND_MOMENT);

  private ReplicaCheck() {}

  /** SHA-256 of a model's values and moments. */
  static byte[] fingerprint(TrainableModel model) {
    Sha256 sha256 = new Sha256();
    float[] values = new float[model.size()];
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
    for (Values which : KEPT) {
      model.read(which, FloatBuffer.wrap(values));
      bytes.clear().asFloatBuffer().put(values);
      sha256.add(bytes);
    }
    return sha256.bytes();
  }

  /** Compares the ranks; if one differs, all take rank 0's values. Returns whether one did. */
  static boolean repair(TrainableModel model, AllReduce peers) {
    List<byte[]> prints = peers.gather(fingerprint(model));
    List<Integer> different = differing(prints);
    if (different.isEmpty()) {
      return false;
    }
    if (peers.rank() == 0) {
      LOG.warn(
          "The adapters of ranks {} differ from rank 0's, which all take now. Hosts with other processors or libraries round differently.",
          different);
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(model.size(), Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (Values which : KEPT) {
      model.read(which, bytes.asFloatBuffer());
      peers.broadcast(bytes);
      model.write(which, bytes.asFloatBuffer());
    }
    return true;
  }

  private static List<Integer> differing(List<byte[]> prints) {
    return IntStream.range(0, prints.size())
        .filter(rank -> !Arrays.equals(prints.get(rank), prints.get(0)))
        .boxed()
        .toList();
  }
}
