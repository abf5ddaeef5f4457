package org.sparklora.jobs.spark;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.storage.BlockManagerId;
import scala.collection.JavaConverters;

/**
 * Executors whose cluster gave notice that their node goes: Spark starts nothing there any more,
 * but lets what runs go on until the node is gone.
 */
public final class LeavingExecutors {
  private final SparkContext context;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  public LeavingExecutors(SparkContext context) {
    this.context = context;
  }

  /** Whether there is one that {@link #takeNote} has not seen. */
  public boolean isNew() {
    return leaving().stream().anyMatch(id -> !known.contains(id));
  }

  /** Those that are leaving now are not new any more; returns which of them were. */
  public List<String> takeNote() {
    return leaving().stream().filter(known::add).toList();
  }

  private List<String> leaving() {
    if (context.isLocal() || context.isStopped()) {
      return List.of();
    }
    // The context's own list of them has another type in Scala 2.13.
    return JavaConverters.mapAsJavaMap(context.env().blockManager().master().getMemoryStatus())
        .keySet()
        .stream()
        .filter(at -> !at.isDriver())
        .map(BlockManagerId::executorId)
        .filter(id -> context.taskScheduler().getExecutorDecommissionState(id).isDefined())
        .toList();
  }
}
