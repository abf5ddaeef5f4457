package org.sparklora.model.load;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.storage.Store;
import org.sparklora.tensor.Kernels;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.TensorInfo;

/**
 * Local weight files mapped whole, each once, and tensors as views of them: nothing is copied, and
 * processes of one host share the pages.
 */
final class Mapping {
  private final Store store;
  private final Kernels kernels;
  private final NDManager owner;
  private final Map<String, NDArray> files = new HashMap<>();

  /** Mapped files and views belong to {@code owner}. */
  Mapping(Store store, Kernels kernels, NDManager owner) {
    this.store = store;
    this.kernels = kernels;
    this.owner = owner;
  }

  /** Whether a tensor can be mapped: local, of this type, and aligned to its elements. */
  static boolean fits(Store store, TensorInfo info, ElementType type) {
    return info.type() == type && info.offset() % type.bytes() == 0 && store.isLocal(info.file());
  }

  /** A view in the stored type. */
  NDArray view(TensorInfo info) {
    ElementType type = info.type();
    // One file holds tensors of several types at worst: one mapping for each.
    NDArray file = files.computeIfAbsent(info.file() + type, k -> map(info.file(), type));
    return kernels.tensor(
        owner,
        "strided",
        file,
        longs(info.shape()),
        longs(info.strides()),
        info.offset() / type.bytes());
  }

  private NDArray map(String file, ElementType type) {
    long elements = store.length(file) / type.bytes();
    String path = store.localPath(file).toString();
    return kernels.tensor(owner, "map_file", path, elements, type.torchCode());
  }

  static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}
