package org.sparklora.jobs.tokenize;

import java.io.Serializable;
import org.sparklora.storage.StorageSettings;
import org.sparklora.tokenize.CutPolicy;

/** The values that a tokenizing task needs. */
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
    boolean keepBadLines)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
