package org.sparklora.jobs.tokenize;

import java.io.Serializable;
import org.sparklora.text.TokenCodec;
import org.sparklora.tokenize.CutPolicy;
import org.sparklora.tokenize.Featurizer;
import org.sparklora.tokenize.HoldOut;
import org.sparklora.tokenize.RowMaker;

/**
 * The values that a tokenizing task needs.
 *
 * @param run of the table, in the names of its files
 */
record TokenizeSetup(
    RowReading reading,
    String modelFolder,
    String codecFingerprint,
    CutPolicy cutPolicy,
    int maxSeqLength,
    String quarantineFolder,
    String run,
    boolean keepBadLines,
    HoldOut holdOut,
    Choice choice)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  RowMaker rowMaker(TokenCodec codec) {
    return reading.isPlain()
        ? new Featurizer(codec, cutPolicy, maxSeqLength)
        : reading.chat().featurizer(codec, cutPolicy, maxSeqLength);
  }
}
