package org.sparklora.mix;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.adapter.Adapter;
import org.sparklora.mix.AdapterMix.Share;
import org.sparklora.mix.ExactMix.Part;

/**
 * All adapters of a shelf as one, of which each row of a batch takes what its mix says: a number
 * for each rank, the same for all ranks of an adapter.
 */
public final class RowMixes {
  private final Adapter adapter;
  private final Map<String, Integer> starts = new LinkedHashMap<>();
  private final Map<String, Adapter> byName;

  /** At least one adapter. */
  RowMixes(Map<String, Adapter> byName) {
    this.byName = byName;
    int start = 0;
    for (Map.Entry<String, Adapter> entry : byName.entrySet()) {
      starts.put(entry.getKey(), start);
      start += entry.getValue().config().rank();
    }
    List<Part> all = byName.values().stream().map(own -> new Part(own, 1)).toList();
    this.adapter = new SideBySide(all).adapter();
  }

  /** The adapters side by side, with a scaling of 1. */
  public Adapter adapter() {
    return adapter;
  }

  /** What a row takes of each rank; null for the base alone. */
  public float[] shares(AdapterMix mix) {
    double[] shares = new double[adapter.config().rank()];
    for (Share share : mix.shares()) {
      int start = starts.get(share.name());
      int end = start + byName.get(share.name()).config().rank();
      for (int i = start; i < end; i++) {
        shares[i] += share.weight();
      }
    }
    requireFinite(mix, shares);
    boolean isBase = Arrays.stream(shares).allMatch(share -> share == 0);
    return isBase ? null : floats(shares);
  }

  private static void requireFinite(AdapterMix mix, double... shares) {
    if (Arrays.stream(shares).anyMatch(share -> !Float.isFinite((float) share))) {
      throw SideBySide.tooLarge(
          mix.shares().stream().mapToDouble(Share::weight).map(Math::abs).max().orElse(0));
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
