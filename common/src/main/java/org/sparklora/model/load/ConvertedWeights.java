package org.sparklora.model.load;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.storage.Store;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.SafetensorsFile;
import org.sparklora.weights.TensorContent;
import org.sparklora.weights.TensorInfo;

/**
 * A copy of a base's weights in the computing type, per host: made once under a file lock, complete
 * once it has its final name, mapped from then on.
 */
public final class ConvertedWeights {
  private static final Log LOG = Log.of(ConvertedWeights.class);
  private static final Object ONE_PER_PROCESS = new Object();

  private ConvertedWeights() {}

  /** The base itself if it can be mapped or no cache is wanted, else its converted copy. */
  public static BaseWeights of(
      BaseWeights base, ComputeOptions options, Kernels kernels, NDManager owner) {
    ElementType type = WeightLoader.elementType(options.type());
    if (options.weightsCache().isEmpty() || base.isMappable(type)) {
      return base;
    }
    Path cache = Path.of(options.weightsCache());
    String weights = BasePrint.weights(base.fingerprint(KeptPrints.in(cache)));
    Path copy = cache.resolve(weights.replace(':', '-') + "-" + type.safetensorsName());
    synchronized (ONE_PER_PROCESS) {
      try {
        makeOnce(base, options, copy, kernels, owner);
      } catch (IOException e) {
        throw Failure.storage(
            "Cannot keep a converted copy of the weights, the cache folder cannot be written: "
                + copy
                + ". Check --weights_cache.",
            e);
      }
    }
    return BaseWeights.open(Store.local(), copy.toString(), base.spec());
  }

  private static void makeOnce(
      BaseWeights base, ComputeOptions options, Path copy, Kernels kernels, NDManager owner)
      throws IOException {
    Files.createDirectories(copy);
    Path weights = copy.resolve("model.safetensors");
    try (FileChannel lock =
            FileChannel.open(
                copy.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = lock.lock()) {
      if (Files.exists(weights)) {
        return;
      }
      LOG.info("Converting the base weights once for this host into {}", copy);
      Path part = copy.resolve("model.part");
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 20)) {
        write(base, options, out, kernels, owner);
      }
      Files.write(copy.resolve("config.json"), base.configuration());
      Files.move(part, weights, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void write(
      BaseWeights base, ComputeOptions options, OutputStream out, Kernels kernels, NDManager owner)
      throws IOException {
    try (NDManager scope = owner.newSubManager();
        WeightLoader loader = new WeightLoader(base, options, kernels, scope)) {
      Map<String, TensorContent> tensors = new LinkedHashMap<>();
      for (TensorInfo info : base.needed()) {
        tensors.put(info.name(), new Converted(info, options.type(), loader, kernels));
      }
      SafetensorsFile.write(out, tensors, Map.of("format", "pt"));
    }
  }

  /** A tensor that is converted while it is written. */
  private record Converted(TensorInfo info, NumberType number, WeightLoader loader, Kernels kernels)
      implements TensorContent {
    private static final long ROWS_BYTES = 64L << 20;

    @Override
    public ElementType type() {
      return WeightLoader.elementType(number);
    }

    @Override
    public List<Long> shape() {
      return info.shape();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      try (NDArray tensor = loader.load(info.name())) {
        long rows = info.shape().get(0);
        long bytes = info.elements() * number.bytes();
        long step = Math.max(1, rows * ROWS_BYTES / Math.max(1, bytes));
        for (long row = 0; row < rows; row += step) {
          copyRows(tensor, row, Math.min(step, rows - row), out);
        }
      }
    }

    private void copyRows(NDArray tensor, long row, long count, OutputStream out)
        throws IOException {
      try (NDArray raw = kernels.tensor(tensor.getManager(), "raw", tensor, row, count)) {
        ByteBuffer bytes = raw.toByteBuffer(true);
        byte[] chunk = new byte[1 << 16];
        while (bytes.hasRemaining()) {
          int size = Math.min(chunk.length, bytes.remaining());
          bytes.get(chunk, 0, size);
          out.write(chunk, 0, size);
        }
      }
    }
  }
}
