package org.sparklora.feature;

import java.util.List;
import java.util.Objects;

/**
 * Everything that decides a table's rows. Two jobs with equal origins make equal tables.
 *
 * @param modelCheckpoint the base model as the user named it
 * @param codecFingerprint {@code sha256:<hex>} over its tokenizer files
 * @param eosTokenId the id that ends a row
 * @param encoding of text without a byte order mark; older tables, without it, are UTF-8
 * @param cutPolicy {@code keep-target}, {@code seed} or {@code drop}
 */
public record TableOrigin(
    String modelCheckpoint,
    String codecFingerprint,
    int eosTokenId,
    String promptKey,
    String targetKey,
    String encoding,
    String cutPolicy,
    int maxSeqLength,
    List<SourceFile> sources) {
  public TableOrigin {
    encoding = Objects.requireNonNullElse(encoding, "UTF-8");
    sources = List.copyOf(sources);
  }
}
