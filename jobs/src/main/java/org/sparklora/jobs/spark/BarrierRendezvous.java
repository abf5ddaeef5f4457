package org.sparklora.jobs.spark;

import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.sparklora.collective.Rendezvous;

/**
 * The ranks of a generation are the tasks of one barrier stage; they exchange messages through
 * Spark's driver. Each call takes about a second; {@code spark.barrier.sync.timeout} bounds it.
 */
public final class BarrierRendezvous implements Rendezvous {
  private final BarrierTaskContext context;

  /** In a task of a barrier stage, on the task's own thread. */
  public BarrierRendezvous() {
    this.context = BarrierTaskContext.get();
  }

  public int rank() {
    return context.partitionId();
  }

  public int ranks() {
    return context.getTaskInfos().length;
  }

  @Override
  public List<String> exchange(String mine) {
    return List.of(context.allGather(mine));
  }
}
