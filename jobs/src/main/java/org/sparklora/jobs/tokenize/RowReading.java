package org.sparklora.jobs.tokenize;

import java.io.Serializable;
import java.util.List;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.corpus.TextValues;
import org.sparklora.corpus.chat.ChatReader;
import org.sparklora.feature.RowColumns;
import org.sparklora.jobs.spark.TextParts;
import org.sparklora.storage.StorageSettings;
import org.sparklora.tokenize.RowTexts;

/**
 * How the rows of corpora are read.
 *
 * @param chat null where rows are two plain texts
 */
record RowReading(StorageSettings storage, String promptKey, String targetKey, ChatSetup chat)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  boolean isPlain() {
    return chat == null;
  }

  List<String> keys() {
    return List.of(promptKey, targetKey);
  }

  /** The columns of the rows that are made. */
  RowColumns columns() {
    return isPlain() ? RowColumns.ONE_SPAN : RowColumns.SPANS;
  }

  /** The texts of rows. */
  RowTexts.Reader texts() {
    return isPlain() ? RowTexts.ofPairs() : RowTexts.ofChats(new ChatReader(chat.shape()));
  }

  /** Of rows of text. */
  TextParts parts() {
    return new TextParts(
        storage, isPlain() ? new ExampleParser(promptKey, targetKey) : ExampleParser.ofWholeRows());
  }

  /** Of rows of Parquet. */
  TextValues values() {
    return isPlain() ? new TextValues(promptKey, targetKey) : TextValues.ofWholeRows();
  }
}
