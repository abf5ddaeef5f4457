package org.sparklora.predict;

import ai.djl.engine.EngineException;
import java.util.Comparator;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.tensor.DeviceFault;

/**
 * How many rows a predictor decodes together: as many as asked for, less after the device ran out
 * of memory, and never more again. Answers do not depend on it.
 */
final class RowsAtOnce {
  private static final Log LOG = Log.of(RowsAtOnce.class);

  private int most = Integer.MAX_VALUE;

  int of(int batchSize) {
    return Math.min(most, batchSize);
  }

  /**
   * Makes room after so many of these rows had none at once; all can then be answered again. Throws
   * what is not a matter of memory, and fails where one row alone does not fit.
   */
  void makeRoom(
      int tried, List<Generator.Request> requests, int newTokens, EngineException thrown) {
    if (!DeviceFault.isOutOfMemory(thrown)) {
      throw thrown;
    }
    int rows = Math.min(tried, requests.size());
    if (rows == 1) {
      throw doesNotFit(requests, newTokens, thrown);
    }
    most = rows / 2;
    LOG.warn(
        "The device has no memory for {} rows at once; going on with {}. {}",
        rows,
        most,
        DeviceFault.said(thrown));
  }

  private static Failure doesNotFit(
      List<Generator.Request> requests, int newTokens, EngineException thrown) {
    Generator.Request longest =
        requests.stream().max(Comparator.comparingInt(r -> r.prompt().length)).orElseThrow();
    return Failure.cluster(
        "Cannot predict, one row does not fit into the device's memory: the longest is row %d with %d tokens and up to %d new ones (expected room beside the weights). Lower --max_new_tokens, shorten that prompt, take --base_dtype bf16 or a smaller base, or a device with more memory. There: %s"
            .formatted(longest.row(), longest.prompt().length, newTokens, DeviceFault.said(thrown)),
        thrown);
  }
}
