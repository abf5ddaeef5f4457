package org.sparklora.weights;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.storage.SeekableInput;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/**
 * The weights of a model folder, in one file or in shards, indexed without reading them. Files stay
 * open until {@link #close}; reading is thread-safe.
 */
public final class WeightFolder implements AutoCloseable {
  private static final Log LOG = Log.of(WeightFolder.class);
  private static final List<String> KINDS = List.of("model.safetensors", "pytorch_model.bin");

  private final Store store;
  private final List<String> shards;
  private final Map<String, TensorInfo> tensors;
  private final Map<String, SeekableInput> open = new LinkedHashMap<>();

  private WeightFolder(Store store, List<String> shards, Map<String, TensorInfo> tensors) {
    this.store = store;
    this.shards = List.copyOf(shards);
    this.tensors = tensors;
  }

  /**
   * Safetensors if there are any, else {@code .bin}; of each one file before an index with shards,
   * as transformers chooses; last, shards whose index is missing.
   */
  public static WeightFolder open(Store store, String folder) {
    for (String kind : KINDS) {
      String index = Store.child(folder, kind + ".index.json");
      String single = Store.child(folder, kind);
      if (store.exists(single)) {
        warnOfTwo(store, single, index);
        return of(store, List.of(single));
      }
      if (store.exists(index)) {
        return indexed(store, folder, index);
      }
    }
    for (String kind : KINDS) {
      List<String> shards = NumberedShards.find(store, folder, kind);
      if (!shards.isEmpty()) {
        return of(store, shards);
      }
    }
    throw Failure.input(
        "Cannot load the model, its folder holds no weights: %s (expected model.safetensors or pytorch_model.bin, or their .index.json). Check --model_checkpoint."
            .formatted(folder));
  }

  /** What the weight files that lie there say, as far as they can be read: some may be missing. */
  public static List<TensorInfo> readable(Store store, String folder) {
    List<TensorInfo> tensors = new ArrayList<>();
    for (StoredFile file : store.list(folder)) {
      if (!file.isDirectory()
          && file.name().matches("(model|pytorch_model).*\\.(safetensors|bin)")) {
        try {
          tensors.addAll(index(store, file.path()));
        } catch (Failure failure) {
          LOG.debug("The weight file is not read", failure);
        }
      }
    }
    return tensors;
  }

  /** These files as one model: a tensor name may occur in only one of them. */
  public static WeightFolder of(Store store, List<String> shards) {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (String shard : shards) {
      for (TensorInfo info : index(store, shard)) {
        TensorInfo other = tensors.put(info.name(), info);
        if (other != null) {
          throw WeightFault.damaged(
              shard, "tensor '" + info.name() + "' stands in two files", other.file(), "one");
        }
      }
    }
    return new WeightFolder(store, shards, tensors);
  }

  /** All tensors by name, shard by shard; extra buffers included. */
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** Paths of the weight files. */
  public List<String> shards() {
    return shards;
  }

  public Optional<TensorInfo> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** A tensor below 2 GiB, in row order whatever its strides. */
  public TensorValue read(String name) {
    TensorInfo info = find(name).orElseThrow(() -> absent(name));
    return TensorReads.one(input(info.file()), info);
  }

  /**
   * {@code count} stored bytes, from {@code skip} bytes after the tensor's first element; they lie
   * in {@code space}, see {@link SeekableInput#readPiece}.
   */
  public ByteBuffer readPiece(TensorInfo info, long skip, int count, ByteBuffer space) {
    if (skip < 0 || count > info.bytes() - skip) {
      throw new IllegalArgumentException(
          "Cannot read the slice, it lies outside the tensor: %d bytes from %d (expected within %d). Fix the caller."
              .formatted(count, skip, info.bytes()));
    }
    return input(info.file()).readPiece(info.offset() + skip, count, space);
  }

  /** Fills what remains of {@code target} from {@code skip} bytes after the first element. */
  public void readInto(TensorInfo info, long skip, ByteBuffer target) {
    input(info.file()).readFully(info.offset() + skip, target);
  }

  @Override
  public void close() {
    synchronized (open) {
      open.values().forEach(SeekableInput::close);
      open.clear();
    }
  }

  private static void warnOfTwo(Store store, String single, String index) {
    if (store.exists(index)) {
      LOG.warn(
          "Two sets of weights lie in the model's folder: {} is read, {} is not", single, index);
    }
  }

  private static WeightFolder indexed(Store store, String folder, String index) {
    Map<String, String> shardOf = WeightIndex.read(store, index);
    Set<String> names = new LinkedHashSet<>(shardOf.values());
    WeightFolder weights = of(store, names.stream().map(n -> Store.child(folder, n)).toList());
    for (Map.Entry<String, String> entry : shardOf.entrySet()) {
      TensorInfo found = weights.tensors.get(entry.getKey());
      if (found == null || !found.file().equals(Store.child(folder, entry.getValue()))) {
        throw WeightFault.damaged(
            index,
            "tensor '" + entry.getKey() + "' is not where the index says",
            found == null ? "nowhere" : found.file(),
            entry.getValue());
      }
    }
    return weights;
  }

  private static List<TensorInfo> index(Store store, String shard) {
    return shard.endsWith(".safetensors")
        ? SafetensorsFile.index(store, shard)
        : TorchFile.index(store, shard);
  }

  private SeekableInput input(String file) {
    synchronized (open) {
      return open.computeIfAbsent(file, store::open);
    }
  }

  private Failure absent(String name) {
    return Failure.input(
        "Cannot read the weights, a tensor is not in them: %s in %s (expected it there). Check that the folder holds the whole model."
            .formatted(name, shards));
  }
}
