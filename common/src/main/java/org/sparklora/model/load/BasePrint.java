package org.sparklora.model.load;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sparklora.Log;
import org.sparklora.Sha256;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.ModelShapes;
import org.sparklora.weights.TensorInfo;

/**
 * A base's fingerprint, {@code tensors:<hash of its weights>:<hash of its settings>}: what counts
 * is what the tensors hold and what {@code config.json} means, not how either is written.
 */
public final class BasePrint {
  private static final Log LOG = Log.of(BasePrint.class);
  private static final String KIND = "tensors:";
  private static final int SETTINGS_DIGITS = 16;

  private BasePrint() {}

  /** Whether both name the same weights; settings may differ, as a longer context does. */
  public static boolean sameWeights(String one, String other) {
    return weights(one).equals(weights(other));
  }

  /** Whether it is of this kind; earlier versions hashed the packaging. */
  static boolean isOfContent(String print) {
    return print.startsWith(KIND);
  }

  /** The part that names the weights. */
  static String weights(String print) {
    return isOfContent(print) ? print.substring(0, print.lastIndexOf(':')) : print;
  }

  static String of(BaseWeights base, KeptPrints kept) {
    return kept.of(base, () -> weights(base)) + ":" + settings(base.spec());
  }

  private static String weights(BaseWeights base) {
    List<TensorInfo> needed = base.needed();
    long bytes = needed.stream().mapToLong(TensorInfo::bytes).sum();
    long start = System.nanoTime();
    Map<String, String> lines = new TreeMap<>(TensorPrint.of(base.files(), needed));
    ModelShapes shapes = new ModelShapes(base.spec());
    String head = shapes.head().name() + ".weight";
    if (lines.get(shapes.embedding() + ".weight").equals(lines.get(head))) {
      lines.remove(head); // A head that equals the embeddings may be stored or not.
    }
    Sha256 sha256 = new Sha256();
    lines.forEach((name, line) -> sha256.add(name + " " + line + "\n"));
    if (KeptPrints.isWorthIt(bytes)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      LOG.info(
          "Hashed the base's weights: {} GB in {} s",
          "%.2f".formatted(bytes / 1e9),
          "%.1f".formatted(seconds));
    }
    return KIND + sha256.hex();
  }

  private static String settings(DecoderSpec spec) {
    return new Sha256()
        .add(spec.withTiedHead(false).settings())
        .hex()
        .substring(0, SETTINGS_DIGITS);
  }
}
