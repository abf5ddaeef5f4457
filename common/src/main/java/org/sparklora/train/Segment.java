package org.sparklora.train;

import java.io.Serializable;

/**
 * The steps that one generation trains.
 *
 * @param from first step; the checkpoint of this step, or the start, is what all ranks begin with
 * @param to step after the last
 * @param generation counts the jobs of a run, for manifests and logs
 */
public record Segment(long from, long to, int generation) implements Serializable {
  private static final long serialVersionUID = 1L;
}
