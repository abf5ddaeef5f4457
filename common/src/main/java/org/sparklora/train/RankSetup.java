package org.sparklora.train;

import java.io.Serializable;
import java.util.Optional;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;

/**
 * What each rank of a run works with; an executor adds no more than its device.
 *
 * @param storage opens the stores where everything lies
 * @param outputDir the run's output folder
 * @param baseFolder folder of the base model
 * @param adapterFolder folder of an adapter to start the run from; null for a new one
 * @param threads of one computation on the CPU
 * @param memoryLimit bytes outside the Java heap that a container allows; 0 for no limit
 */
public record RankSetup(
    StorageSettings storage,
    String outputDir,
    String baseFolder,
    String adapterFolder,
    int threads,
    long memoryLimit)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Without a limit of memory. */
  public RankSetup(
      StorageSettings storage,
      String outputDir,
      String baseFolder,
      String adapterFolder,
      int threads) {
    this(storage, outputDir, baseFolder, adapterFolder, threads, 0);
  }

  public Store store() {
    return Store.with(storage);
  }

  /** The folder of an adapter to start the run from. */
  Optional<String> previousAdapter() {
    return Optional.ofNullable(adapterFolder);
  }
}
