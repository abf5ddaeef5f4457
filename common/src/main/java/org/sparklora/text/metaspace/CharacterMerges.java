package org.sparklora.text.metaspace;

import static org.sparklora.text.encoder.BpeFile.isEmpty;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.sparklora.text.encoder.BpeFile;
import org.sparklora.text.encoder.BpeFile.Merge;
import org.sparklora.text.encoder.IdBuffer;
import org.sparklora.text.encoder.MergeLoop;
import org.sparklora.text.encoder.MergeTable;
import org.sparklora.text.encoder.SegmentationModel;
import org.sparklora.text.encoder.UnsupportedTokenizer;
import org.sparklora.text.encoder.Utf8;

/**
 * BPE over characters. A character that is no token becomes the tokens of its bytes, or the unknown
 * token, or nothing.
 */
final class CharacterMerges implements SegmentationModel {
  private static final int NONE = -1;
  private static final int KEPT = 1 << 16; // symbols; larger arrays are not kept

  private final int[] characters; // ids of the basic plane's
  private final Map<Integer, Integer> rareCharacters; // ids of the other planes'
  private final int[] byteIds; // NONE without a token
  private final int unknown; // NONE if such characters are dropped
  private final boolean fusesUnknown;
  private final MergeTable merges;
  private final MergeLoop loop;
  private int[] symbols = new int[256];

  private CharacterMerges(
      int[] characters,
      Map<Integer, Integer> rareCharacters,
      int[] byteIds,
      int unknown,
      boolean fusesUnknown,
      MergeTable merges) {
    this.characters = characters;
    this.rareCharacters = rareCharacters;
    this.byteIds = byteIds;
    this.unknown = unknown;
    this.fusesUnknown = fusesUnknown;
    this.merges = merges;
    this.loop = new MergeLoop(merges);
  }

  static CharacterMerges of(BpeFile file, JsonNode model) throws UnsupportedTokenizer {
    int[] characters = new int[Character.MAX_VALUE + 1];
    Arrays.fill(characters, NONE);
    Map<Integer, Integer> rare = new HashMap<>();
    file.vocabulary()
        .forEach(
            (token, id) -> {
              if (token.length() == 1) {
                characters[token.charAt(0)] = id;
              } else if (token.codePointCount(0, token.length()) == 1) {
                rare.put(token.codePointAt(0), id);
              }
            });
    int[] byteIds = byteIds(file, model.path("byte_fallback").asBoolean());
    int unknown = unknown(file, model.path("unk_token"), byteIds);
    refuseMergesOfBytes(file, byteIds, unknown);
    return new CharacterMerges(
        characters, rare, byteIds, unknown, model.path("fuse_unk").asBoolean(), file.table());
  }

  private static int[] byteIds(BpeFile file, boolean byteFallback) {
    int[] ids = new int[256];
    Arrays.setAll(
        ids,
        b -> byteFallback ? file.vocabulary().getOrDefault("<0x%02X>".formatted(b), NONE) : NONE);
    return ids;
  }

  private static int unknown(BpeFile file, JsonNode token, int[] byteIds)
      throws UnsupportedTokenizer {
    if (isEmpty(token) || Arrays.stream(byteIds).noneMatch(id -> id == NONE)) {
      return NONE;
    }
    BpeFile.need(file.vocabulary().containsKey(token.asText()), "unk_token", token);
    return file.vocabulary().get(token.asText());
  }

  /** Such merges would join characters that no token joins. */
  private static void refuseMergesOfBytes(BpeFile file, int[] byteIds, int unknown)
      throws UnsupportedTokenizer {
    boolean[] special = new boolean[file.size()];
    for (int id : byteIds) {
      if (id != NONE) {
        special[id] = true;
      }
    }
    if (unknown != NONE) {
      special[unknown] = true;
    }
    for (Merge merge : file.merges()) {
      if (special[file.vocabulary().get(merge.left())]
          || special[file.vocabulary().get(merge.right())]) {
        throw new UnsupportedTokenizer("merge of bytes or of the unknown token " + merge);
      }
    }
  }

  /** The same tables for another thread. */
  @Override
  public CharacterMerges forAnotherThread() {
    return new CharacterMerges(characters, rareCharacters, byteIds, unknown, fusesUnknown, merges);
  }

  /** Whether the text has a character that joins its neighbours, so that it cannot be parted. */
  boolean joinsAcross(byte[] text, int from, int to) {
    for (int at = from; at < to; at += Utf8.length(text[at])) {
      if (character(text, at) == NONE && !hasBytes(text, at)) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@link #joinsAcross} may ever be true. */
  boolean mayJoinAcross() {
    return Arrays.stream(byteIds).anyMatch(id -> id == NONE);
  }

  @Override
  public void start() {}

  @Override
  public int encode(byte[] text, int from, int to, IdBuffer ids) {
    int read = read(text, from, to); // may replace the array
    int count = loop.merge(symbols, read);
    for (int i = 0; i < count; i++) {
      ids.add(symbols[i]);
    }
    return 0;
  }

  @Override
  public boolean accepts(int note) {
    return true;
  }

  @Override
  public void reused(IdBuffer ids, int firstId) {}

  /** As the library: an unknown token waits for the next known character, bytes overtake it. */
  private int read(byte[] text, int from, int to) {
    if (to - from >= symbols.length || symbols.length > KEPT) {
      symbols = new int[Math.max(256, 2 * (to - from))];
    }
    int count = 0;
    boolean waits = false;
    for (int at = from; at < to; at += Utf8.length(text[at])) {
      int id = character(text, at);
      if (id != NONE) {
        count = waits ? put(unknown, count) : count;
        waits = false;
        count = put(id, count);
      } else if (hasBytes(text, at)) {
        for (int i = at; i < at + Utf8.length(text[at]); i++) {
          count = put(byteIds[text[i] & 0xff], count);
        }
      } else if (unknown != NONE) {
        count = waits && !fusesUnknown ? put(unknown, count) : count;
        waits = true;
      }
    }
    return waits ? put(unknown, count) : count;
  }

  private int put(int id, int count) {
    symbols[count] = id;
    return count + 1;
  }

  private int character(byte[] text, int at) {
    int c = Utf8.codePoint(text, at);
    return c < characters.length ? characters[c] : rareCharacters.getOrDefault(c, NONE);
  }

  private boolean hasBytes(byte[] text, int at) {
    for (int i = at; i < at + Utf8.length(text[at]); i++) {
      if (byteIds[text[i] & 0xff] == NONE) {
        return false;
      }
    }
    return true;
  }
}
