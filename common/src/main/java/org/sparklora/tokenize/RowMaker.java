package org.sparklora.tokenize;

import java.util.SortedMap;
import java.util.TreeMap;
import org.sparklora.corpus.Example;

/** Turns the rows of a corpus into rows of a table. For one thread at a time. */
public interface RowMaker {
  RowOutcome featurize(Example example);

  /** Further counts of what became of the rows so far, by name. */
  default SortedMap<String, Long> tally() {
    return new TreeMap<>();
  }
}
