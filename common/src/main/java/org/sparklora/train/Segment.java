package org.sparklora.train;

import java.io.Serializable;

/**
 * The steps that one attempt trains.
 *
 * @param from first step; all ranks start from its checkpoint, or from the run's initial values
 * @param to step after the last
 * @param generation the number of the attempt within the run, for manifests and logs
 * @param source output folder with the checkpoint to begin with; empty for the run's own
 */
public record Segment(long from, long to, int generation, String source) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A segment that begins with a checkpoint of the run itself. */
  public Segment(long from, long to, int generation) {
    this(from, to, generation, "");
  }
}
