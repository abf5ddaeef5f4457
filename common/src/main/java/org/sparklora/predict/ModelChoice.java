package org.sparklora.predict;

import java.io.Serializable;
import org.sparklora.tensor.NumberChoice;

/**
 * Which model answers.
 *
 * @param checkpoint folder of the base, laid out as on the model hub
 * @param adapter folder of an adapter, ours or PEFT's; empty for the base alone
 * @param baseDtype of the base's weights
 * @param weightsCache folder on each host for converted weights; empty for none
 */
public record ModelChoice(
    String checkpoint, String adapter, NumberChoice baseDtype, String weightsCache)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public boolean hasAdapter() {
    return !adapter.isEmpty();
  }
}
