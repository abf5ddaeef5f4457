package org.sparklora.predict;

import java.util.Arrays;
import java.util.function.Function;
import org.sparklora.generation.Stops;

/** Whether an answer has ended with its newest token. */
public interface AnswerEnd {
  /** Of the answer {@code ids[from, to)}, at least one token long. */
  boolean isAt(int[] ids, int from, int to);

  /**
   * At one of the tokens, or where one of the texts has come.
   *
   * @param text of an answer's ids
   */
  static AnswerEnd of(Stops stops, Function<int[], String> text) {
    return (ids, from, to) ->
        stops.holds(ids[to - 1])
            || (!stops.texts().isEmpty()
                && stops.areIn(text.apply(Arrays.copyOfRange(ids, from, to))));
  }
}
