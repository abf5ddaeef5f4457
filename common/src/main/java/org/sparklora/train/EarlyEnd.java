package org.sparklora.train;

import java.io.Serializable;

/**
 * The state files of a run that ended where it began again: an evaluation that a stop had left owed
 * was one too many. The step's checkpoint does not know of it and stays as it is, because another
 * may not be there; whoever publishes does.
 *
 * @param trainerState as {@link StateFiles#TRAINER_STATE}
 * @param sparklora as {@link StateFiles#SPARKLORA}
 */
record EarlyEnd(long step, String trainerState, String sparklora) implements Serializable {
  private static final long serialVersionUID = 1L;
}
