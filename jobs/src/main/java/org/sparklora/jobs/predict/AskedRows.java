package org.sparklora.jobs.predict;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.sparklora.corpus.CorpusRow;
import org.sparklora.predict.AdapterChoice;
import org.sparklora.predict.PromptShape;

/**
 * Rows of the input as prompts: one that asks nothing, or for an adapter that nobody gave, is a bad
 * one.
 */
record AskedRows(PromptShape shape, AdapterChoice adapters) implements Serializable {
  private static final long serialVersionUID = 1L;

  CorpusRow of(CorpusRow row) {
    if (!(row instanceof CorpusRow.Good good)) {
      return row;
    }
    String text = good.example().prompt();
    String fault = shape.fault(text);
    if (adapters.isPerRow() && fault.isEmpty()) {
      fault = adapters.fault(good.example().target());
    }
    return fault.isEmpty() ? good : new CorpusRow.Bad(fault, text.getBytes(StandardCharsets.UTF_8));
  }
}
