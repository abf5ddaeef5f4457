package org.sparklora.text.bytelevel;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.sparklora.text.bytelevel.ByteLevelParts.Merge;
import org.sparklora.text.encoder.IdBuffer;
import org.sparklora.text.encoder.MergeTable;
import org.sparklora.text.encoder.SafeSplits;
import org.sparklora.text.encoder.UnsupportedTokenizer;
import org.sparklora.text.encoder.Utf8Buffer;
import org.sparklora.text.encoder.WordCache;

/** The immutable tables of a byte-level BPE, shared by its encoders. */
final class ByteLevelModel {
  static final int NO_ID = -1;
  private static final int MAX_WHOLE_WORD = 1000; // bytes; the longest tokens are runs of spaces

  final boolean nfc;
  final boolean prefixSpace;
  final WordScanner words;
  final int[] byteIds = new int[256]; // NO_ID for a byte that is dropped
  final boolean dropsBytes;
  final MergeTable merges;
  final SafeSplits splits;
  final byte[][] tokens; // the bytes of each id, or null
  final boolean[] special;
  final Optional<WordCache> wholeWords; // words that become tokens without merging, if any
  private final List<AddedToken> addedTokens; // that are matched

  ByteLevelModel(ByteLevelParts file) throws UnsupportedTokenizer {
    nfc = file.nfc();
    prefixSpace = file.prefixSpace();
    words = file.words();
    addedTokens =
        file.addedTokens().stream()
            .filter(token -> !(file.splitsSpecial() && token.special()))
            .toList();
    for (int b = 0; b < 256; b++) {
      byteIds[b] = file.vocabulary().getOrDefault(ByteAlphabet.of(b), NO_ID);
    }
    dropsBytes = Arrays.stream(byteIds).anyMatch(id -> id == NO_ID);
    merges = new MergeTable(file.merges().size());
    splits = new SafeSplits(2 * file.merges().size());
    readMerges(file);
    int size = size(file);
    tokens = new byte[size][];
    special = new boolean[size];
    file.vocabulary().forEach((token, id) -> tokens[id] = ByteAlphabet.bytes(token));
    for (AddedToken token : file.addedTokens()) {
      tokens[token.id()] = ByteAlphabet.bytes(token.content());
      special[token.id()] |= token.special();
    }
    wholeWords =
        file.ignoreMerges() ? Optional.of(wholeWords(file.vocabulary())) : Optional.empty();
  }

  /** The added tokens that are matched after normalization, or those matched before it. */
  AddedTokens addedTokens(boolean normalized) {
    SortedMap<byte[], AddedToken> patterns = AddedTokens.noPatterns();
    for (AddedToken token : addedTokens) {
      if (token.normalized() == normalized) {
        String content = token.content();
        String pattern = normalized && nfc ? Nfc.normalize(content) : content;
        patterns.put(AddedTokens.pattern(pattern), token);
      }
    }
    return new AddedTokens(patterns);
  }

  private void readMerges(ByteLevelParts file) throws UnsupportedTokenizer {
    Map<String, Integer> ids = file.vocabulary();
    int rank = 0;
    for (Merge merge : file.merges()) {
      Integer left = ids.get(merge.left());
      Integer right = ids.get(merge.right());
      Integer merged = ids.get(merge.left() + merge.right());
      if (left == null || right == null || merged == null) {
        throw new UnsupportedTokenizer("merge of tokens that are not in the vocabulary " + merge);
      }
      merges.put(left, right, rank++, merged);
      splits.join(ByteAlphabet.bytes(merge.left() + merge.right()));
    }
  }

  private static WordCache wholeWords(Map<String, Integer> vocabulary) {
    WordCache words = WordCache.ofAtLeast(vocabulary.size());
    IdBuffer ids = new IdBuffer();
    vocabulary.forEach(
        (token, id) -> {
          byte[] bytes = ByteAlphabet.bytes(token);
          if (ByteAlphabet.covers(token) && bytes.length > 0 && bytes.length <= MAX_WHOLE_WORD) {
            ids.clear();
            ids.add(id);
            words.put(
                Arrays.copyOf(bytes, bytes.length + Utf8Buffer.SPARE), 0, bytes.length, ids, 0);
          }
        });
    return words;
  }

  private static int size(ByteLevelParts file) {
    int size = 0;
    for (int id : file.vocabulary().values()) {
      size = Math.max(size, id + 1);
    }
    for (AddedToken token : file.addedTokens()) {
      size = Math.max(size, token.id() + 1);
    }
    return size;
  }
}
