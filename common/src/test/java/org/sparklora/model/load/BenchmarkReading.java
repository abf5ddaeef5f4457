package org.sparklora.model.load;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Locale;
import org.sparklora.model.Adaptation;
import org.sparklora.model.Decoder;
import org.sparklora.model.PackedBatch;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.storage.Store;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.TorchEngine;

/**
 * Seconds from opening a base until a first short pass has read all its layers, as a rank does that
 * starts. Arguments: FOLDER THREADS; computes in bf16.
 */
public final class BenchmarkReading {
  private BenchmarkReading() {}

  public static void main(String[] arguments) {
    int threads = Integer.parseInt(arguments[1]);
    TorchEngine.start(threads);
    ComputeOptions options =
        new ComputeOptions(NumberType.BF16, threads, DeviceAddress.CPU, Checkpointing.OFF, "");
    PackedBatch twoTokens =
        new PackedBatch(
            new int[] {3, 4}, new int[] {0, 2}, new int[] {4, PackedBatch.IGNORED}, new long[] {0});
    long start = System.nanoTime();
    try (BaseWeights base = BaseWeights.open(Store.local(), arguments[0]);
        Decoder decoder = Decoder.load(base, options, owner(), Adaptation.NONE)) {
      double opened = seconds(start);
      double loss = decoder.score(twoTokens).nll();
      System.out.printf(
          Locale.ROOT,
          "{\"opened_seconds\": %.3f, \"seconds\": %.3f, \"loss\": %.4f}%n",
          opened,
          seconds(start),
          loss);
    }
  }

  private static NDManager owner() {
    return TorchEngine.newManager(Device.cpu());
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
