package org.sparklora.text.metaspace;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.sparklora.text.encoder.AddedToken;
import org.sparklora.text.encoder.AddedTokens;
import org.sparklora.text.encoder.BpeFile;
import org.sparklora.text.encoder.BpeFile.Merge;
import org.sparklora.text.encoder.SafeSplits;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;
import org.sparklora.text.encoder.WholeWords;

/** The immutable tables of a BPE over characters, shared by its encoders. */
public final class MetaspaceModel {
  final BlankRules blanks;
  final CharacterMerges merges;
  final SafeSplits splits;
  final Optional<WholeWords> wholeWords;
  final MetaspaceDecoding decoding;
  private final List<AddedToken> addedTokens;
  private final boolean splitsSpecial;

  private MetaspaceModel(JsonNode json, BpeFile file) throws UnsupportedTokenizer {
    blanks = BlankRules.of(json);
    decoding = MetaspaceDecoding.of(json.path("decoder"), file);
    merges = CharacterMerges.of(file, json.path("model"));
    splits = new SafeSplits(2 * file.merges().size());
    for (Merge merge : file.merges()) {
      splits.join(utf8(merge.merged()));
    }
    wholeWords = file.ignoresMerges() ? Optional.of(wholeWords(file)) : Optional.empty();
    addedTokens = file.addedTokens();
    splitsSpecial = file.splitsSpecial();
  }

  /**
   * Reads the tables of a {@code tokenizer.json}.
   *
   * @throws UnsupportedTokenizer if the file uses a feature that this encoder does not implement
   */
  public static MetaspaceModel of(JsonNode json) throws UnsupportedTokenizer {
    return new MetaspaceModel(json, BpeFile.of(json));
  }

  /** Creates an encoder for one thread. */
  public TextCodec encoder() {
    return new MetaspaceEncoder(this);
  }

  /** The added tokens that are matched after normalization, or those matched before it. */
  AddedTokens addedTokens(boolean normalized) {
    return AddedTokens.of(
        addedTokens.stream().filter(token -> token.normalized() == normalized).toList(),
        content -> normalized ? blanks.normalized(content) : content,
        splitsSpecial);
  }

  private static WholeWords wholeWords(BpeFile file) {
    WholeWords words = new WholeWords(file.vocabulary().size());
    file.vocabulary().forEach((token, id) -> words.put(utf8(token), id));
    return words;
  }

  private static byte[] utf8(String token) {
    return token.getBytes(StandardCharsets.UTF_8);
  }
}
