package org.sparklora.prompt;

import java.util.List;

/** Which of the turns that may be learned are: {@code --train_on}. */
public enum TrainOn {
  ALL,
  LAST;

  List<Integer> of(List<Integer> learned) {
    return this == ALL || learned.isEmpty()
        ? learned
        : learned.subList(learned.size() - 1, learned.size());
  }
}
