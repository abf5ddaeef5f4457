package org.sparklora.jobs.tokenize;

import java.io.Serializable;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.corpus.chat.ChatReader;
import org.sparklora.feature.RowColumns;
import org.sparklora.storage.StorageSettings;
import org.sparklora.text.TokenCodec;
import org.sparklora.tokenize.CutPolicy;
import org.sparklora.tokenize.Featurizer;
import org.sparklora.tokenize.HoldOut;
import org.sparklora.tokenize.RowMaker;
import org.sparklora.tokenize.RowTexts;

/**
 * The values that a tokenizing task needs.
 *
 * @param chat null where rows are two plain texts
 */
record TokenizeSetup(
    StorageSettings storage,
    String modelFolder,
    String codecFingerprint,
    CutPolicy cutPolicy,
    int maxSeqLength,
    String promptKey,
    String targetKey,
    String quarantineFolder,
    String run,
    boolean keepBadLines,
    HoldOut holdOut,
    ChatSetup chat,
    Choice choice)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The same for some rows only. */
  TokenizeSetup taking(Choice rows, HoldOut part) {
    return new TokenizeSetup(
        storage,
        modelFolder,
        codecFingerprint,
        cutPolicy,
        maxSeqLength,
        promptKey,
        targetKey,
        quarantineFolder,
        run,
        keepBadLines,
        part,
        chat,
        rows);
  }

  /** The columns of the rows that are made. */
  RowColumns columns() {
    return chat == null ? RowColumns.ONE_SPAN : RowColumns.SPANS;
  }

  RowMaker rowMaker(TokenCodec codec) {
    return chat == null
        ? new Featurizer(codec, cutPolicy, maxSeqLength)
        : chat.featurizer(codec, this);
  }

  /** The texts of rows. */
  RowTexts.Reader reader() {
    return chat == null ? RowTexts.ofPairs() : RowTexts.ofChats(new ChatReader(chat.shape()));
  }

  ExampleParser parser() {
    return chat == null ? new ExampleParser(promptKey, targetKey) : ExampleParser.ofWholeRows();
  }
}
