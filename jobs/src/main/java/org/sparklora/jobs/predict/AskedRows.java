package org.sparklora.jobs.predict;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.sparklora.corpus.CorpusRow;
import org.sparklora.predict.PromptShape;

/** Rows of the input as prompts: one that asks nothing is a bad one. */
record AskedRows(PromptShape shape) implements Serializable {
  private static final long serialVersionUID = 1L;

  CorpusRow of(CorpusRow row) {
    if (!(row instanceof CorpusRow.Good good)) {
      return row;
    }
    String text = good.example().prompt();
    String fault = shape.fault(text);
    return fault.isEmpty() ? good : new CorpusRow.Bad(fault, text.getBytes(StandardCharsets.UTF_8));
  }
}
