package org.sparklora.model.load;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.sparklora.Log;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.ModelShapes;
import org.sparklora.weights.TensorInfo;
import org.sparklora.weights.WeightFolder;

/**
 * A head that is stored though {@code config.json} ties it to the embeddings: where it holds
 * something else it is used, as transformers 5 does.
 */
final class StoredHead {
  private static final Log LOG = Log.of(StoredHead.class);
  private static final int PIECE = 1 << 20;

  private StoredHead() {}

  /** The description that the files bear out; {@code folder} names them in a warning. */
  static DecoderSpec resolve(DecoderSpec spec, WeightFolder files, String folder) {
    ModelShapes shapes = new ModelShapes(spec);
    Optional<TensorInfo> head = files.find(shapes.head().name() + ".weight");
    Optional<TensorInfo> embedding = files.find(shapes.embedding() + ".weight");
    if (!spec.head().tied() || head.isEmpty() || embedding.isEmpty()) {
      return spec;
    }
    if (holdSame(files, head.get(), embedding.get())) {
      return spec;
    }
    LOG.warn(
        "The model in {} ties its head to the embeddings (tie_word_embeddings), but stores another one: {} is used, as transformers 5 does",
        folder,
        head.get().name());
    return spec.withTiedHead(false);
  }

  private static boolean holdSame(WeightFolder files, TensorInfo one, TensorInfo other) {
    if (one.type() != other.type() || !one.shape().equals(other.shape())) {
      return false;
    }
    if (!one.strides().equals(other.strides())) {
      return files.read(one.name()).equals(files.read(other.name()));
    }
    boolean shared = one.file().equals(other.file()) && one.offset() == other.offset();
    return shared || haveSameBytes(files, one, other);
  }

  private static boolean haveSameBytes(WeightFolder files, TensorInfo one, TensorInfo other) {
    ByteBuffer a = ByteBuffer.allocate(PIECE);
    ByteBuffer b = ByteBuffer.allocate(PIECE);
    for (long at = 0; at < one.bytes(); at += PIECE) {
      int count = (int) Math.min(PIECE, one.bytes() - at);
      files.readInto(one, at, a.clear().limit(count));
      files.readInto(other, at, b.clear().limit(count));
      if (!a.flip().equals(b.flip())) {
        return false;
      }
    }
    return true;
  }
}
