package org.sparklora.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything that decides a table's rows. Two jobs with equal origins make equal tables.
 *
 * @param modelCheckpoint the base model as the user named it
 * @param codecFingerprint {@code sha256:<hex>} over its tokenizer files
 * @param eosTokenId the id that ends a row
 * @param encoding of text without a byte order mark; older tables, without it, are UTF-8
 * @param cutPolicy {@code keep-target}, {@code seed} or {@code drop}
 * @param split which part of the corpus; null where it is all of it
 * @param chat how rows are read and asked; null where two keys hold plain texts
 * @param mix corpora with their shares or counts; null where all rows are taken
 * @param dedup which rows are left out as repeats; null where none is
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
    List<SourceFile> sources,
    @JsonInclude(JsonInclude.Include.NON_NULL) SplitOrigin split,
    @JsonInclude(JsonInclude.Include.NON_NULL) ChatOrigin chat,
    @JsonInclude(JsonInclude.Include.NON_NULL) List<String> mix,
    @JsonInclude(JsonInclude.Include.NON_NULL) String dedup) {
  public TableOrigin {
    encoding = Objects.requireNonNullElse(encoding, "UTF-8");
    sources = List.copyOf(sources);
    mix = mix == null ? null : List.copyOf(mix);
  }

  /** The columns of the table's rows. */
  public RowColumns columns() {
    return chat == null ? RowColumns.ONE_SPAN : RowColumns.SPANS;
  }

  /** The note of the form that prompts have; nothing for plain texts. */
  public Optional<JsonNode> promptForm() {
    return Optional.ofNullable(chat).map(ChatOrigin::prompt);
  }

  /** The files that both tables were made from; none where they are two sides of one split. */
  public List<String> sharedWith(TableOrigin other) {
    boolean apart =
        split != null
            && other.split != null
            && !split.side().equals(other.split.side())
            && split.valSize() == other.split.valSize();
    return apart
        ? List.of()
        : sources.stream().filter(other.sources::contains).map(SourceFile::path).toList();
  }

  /** Equal for equal origins; of a plain table it is what earlier versions made of it. */
  @Override
  public String toString() {
    String plain =
        "TableOrigin[modelCheckpoint=%s, codecFingerprint=%s, eosTokenId=%d, promptKey=%s, targetKey=%s, encoding=%s, cutPolicy=%s, maxSeqLength=%d, sources=%s"
            .formatted(
                modelCheckpoint,
                codecFingerprint,
                eosTokenId,
                promptKey,
                targetKey,
                encoding,
                cutPolicy,
                maxSeqLength,
                sources);
    return plain
        + (split == null ? "" : ", split=" + split)
        + (chat == null ? "" : ", chat=" + chat)
        + (mix == null ? "" : ", mix=" + mix)
        + (dedup == null ? "" : ", dedup=" + dedup)
        + "]";
  }
}
