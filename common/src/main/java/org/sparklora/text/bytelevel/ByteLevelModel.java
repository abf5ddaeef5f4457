package org.sparklora.text.bytelevel;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparklora.text.encoder.AddedToken;
import org.sparklora.text.encoder.AddedTokens;
import org.sparklora.text.encoder.BpeFile;
import org.sparklora.text.encoder.BpeFile.Merge;
import org.sparklora.text.encoder.MergeTable;
import org.sparklora.text.encoder.SafeSplits;
import org.sparklora.text.encoder.Spellings;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;
import org.sparklora.text.encoder.WholeWords;

/** The immutable tables of a byte-level BPE, shared by its encoders. */
public final class ByteLevelModel {
  static final int NO_ID = -1;

  final boolean nfc;
  final WordStages words;
  final int[] byteIds = new int[256]; // NO_ID for a byte that is dropped
  final boolean dropsBytes;
  final MergeTable merges;
  final SafeSplits splits;
  final Spellings spellings;
  final boolean[] special;
  final Optional<WholeWords> wholeWords;
  private final List<AddedToken> addedTokens;
  private final boolean splitsSpecial;

  private ByteLevelModel(ByteLevelParts parts) {
    BpeFile file = parts.file();
    addedTokens = file.addedTokens();
    splitsSpecial = file.splitsSpecial();
    nfc = parts.nfc();
    words = parts.words();
    for (int b = 0; b < 256; b++) {
      byteIds[b] = file.vocabulary().getOrDefault(ByteAlphabet.of(b), NO_ID);
    }
    dropsBytes = Arrays.stream(byteIds).anyMatch(id -> id == NO_ID);
    merges = file.table();
    splits = new SafeSplits(2 * file.merges().size());
    for (Merge merge : file.merges()) {
      splits.join(ByteAlphabet.bytes(merge.merged()));
    }
    special = file.special();
    byte[][] tokens = new byte[file.size()][];
    Arrays.fill(tokens, new byte[0]);
    file.vocabulary().forEach((token, id) -> tokens[id] = ByteAlphabet.bytes(token));
    for (AddedToken token : file.addedTokens()) {
      tokens[token.id()] = ByteAlphabet.bytes(token.content());
    }
    spellings = Spellings.of(tokens.length, id -> tokens[id]);
    wholeWords =
        file.ignoresMerges() ? Optional.of(wholeWords(file.vocabulary())) : Optional.empty();
  }

  /**
   * Reads the tables of a {@code tokenizer.json}.
   *
   * @throws UnsupportedTokenizer if the file uses a feature that this encoder does not implement
   */
  public static ByteLevelModel of(JsonNode file) throws UnsupportedTokenizer {
    return new ByteLevelModel(ByteLevelParts.of(file));
  }

  /** Creates an encoder for one thread. */
  public TextCodec encoder() {
    return new ByteLevelEncoder(this);
  }

  /** The added tokens that are matched after normalization, or those matched before it. */
  AddedTokens addedTokens(boolean normalized) {
    return AddedTokens.of(
        addedTokens.stream().filter(token -> token.normalized() == normalized).toList(),
        content -> normalized && nfc ? Nfc.normalize(content) : content,
        splitsSpecial);
  }

  private static WholeWords wholeWords(Map<String, Integer> vocabulary) {
    WholeWords words = new WholeWords(vocabulary.size());
    vocabulary.forEach(
        (token, id) -> {
          if (ByteAlphabet.covers(token)) {
            words.put(ByteAlphabet.bytes(token), id);
          }
        });
    return words;
  }
}
