package org.sparklora.text.bytelevel;

import java.util.List;
import org.sparklora.text.encoder.IdBuffer;
import org.sparklora.text.encoder.MergeLoop;
import org.sparklora.text.encoder.SafeSplits;
import org.sparklora.text.encoder.Utf8;
import org.sparklora.text.encoder.Utf8Buffer;
import org.sparklora.text.encoder.WordCache;

/** Encodes the text between added tokens, word by word, through a cache. */
final class WordEncoder {
  private static final int CACHE_BITS = 18;
  private static final int UNSPLIT = 12; // bytes; shorter words are looked up as a whole
  private static final int KEPT = 1 << 16; // symbols; larger arrays are not kept

  private final ByteLevelModel model;
  private final WordStages stages;
  private final WordScanner scanner;
  private final List<IdBuffer> ends; // of each stage but the last
  private final MergeLoop loop;
  private final WordCache words = new WordCache(CACHE_BITS);
  private final WordCache parts; // parts of words, encoded by merges alone
  private final Utf8Buffer prefixed = new Utf8Buffer();
  private int[] symbols = new int[256];

  WordEncoder(ByteLevelModel model) {
    this.model = model;
    this.stages = model.words;
    this.scanner = stages.last();
    this.ends = stages.first().stream().map(stage -> new IdBuffer()).toList();
    this.loop = new MergeLoop(model.merges);
    this.parts = model.wholeWords.isPresent() ? new WordCache(CACHE_BITS) : words;
  }

  void encode(byte[] text, int from, int to, IdBuffer ids) {
    stage(0, text, from, to, ids);
  }

  private void stage(int stage, byte[] text, int from, int to, IdBuffer ids) {
    if (stage == ends.size()) {
      last(text, from, to, ids);
      return;
    }
    IdBuffer words = ends.get(stage);
    words.clear();
    stages.first().get(stage).split(text, from, to, words);
    int start = from;
    for (int i = 0; i < words.size(); i++) {
      int end = words.id(i);
      if (end >= 0) {
        stage(stage + 1, text, start, end, ids);
      }
      start = end >= 0 ? end : ~end;
    }
  }

  private void last(byte[] text, int from, int to, IdBuffer ids) {
    if (stages.prefixSpace() && text[from] != ' ') {
      prefixed.clear();
      prefixed.append(' ');
      prefixed.append(text, from, to - from);
      words(prefixed.bytes(), 0, prefixed.length(), ids);
    } else {
      words(text, from, to, ids);
    }
  }

  private void words(byte[] text, int from, int to, IdBuffer ids) {
    for (int at = from; at < to; ) {
      int end = scanner.end(text, at, to);
      if (end - at <= UNSPLIT) {
        shortWord(text, at, end - at, ids);
      } else {
        longWord(text, at, end, ids);
      }
      at = end;
    }
  }

  private void shortWord(byte[] text, int from, int length, IdBuffer ids) {
    if (!words.find(text, from, length, ids)) {
      int first = ids.size();
      if (!isToken(text, from, length, ids)) {
        merge(text, from, length, ids);
      }
      words.put(text, from, length, ids, first);
    }
  }

  private void longWord(byte[] text, int from, int to, IdBuffer ids) {
    if (isToken(text, from, to - from, ids)) {
      return;
    }
    if (model.dropsBytes && dropsAnyOf(text, from, to)) {
      part(text, from, to - from, ids); // what stands around a dropped byte may merge
      return;
    }
    int start = from;
    int length = Utf8.length(text[from]);
    int left = SafeSplits.bytesAt(text, from, length);
    for (int at = from + length; at < to; at += length) {
      length = Utf8.length(text[at]);
      int right = SafeSplits.bytesAt(text, at, length);
      if (model.splits.isBetween(left, right)) {
        part(text, start, at - start, ids);
        start = at;
      }
      left = right;
    }
    part(text, start, to - start, ids);
  }

  private boolean dropsAnyOf(byte[] text, int from, int to) {
    for (int at = from; at < to; at++) {
      if (model.byteIds[text[at] & 0xff] == ByteLevelModel.NO_ID) {
        return true;
      }
    }
    return false;
  }

  private void part(byte[] text, int from, int length, IdBuffer ids) {
    if (length > WordCache.MAX_WORD) {
      merge(text, from, length, ids);
    } else if (!parts.find(text, from, length, ids)) {
      int first = ids.size();
      merge(text, from, length, ids);
      parts.put(text, from, length, ids, first);
    }
  }

  private boolean isToken(byte[] text, int from, int length, IdBuffer ids) {
    return model.wholeWords.isPresent() && model.wholeWords.get().find(text, from, length, ids);
  }

  private void merge(byte[] text, int from, int length, IdBuffer ids) {
    if (length > symbols.length || symbols.length > KEPT) {
      symbols = new int[Math.max(256, 2 * length)];
    }
    int known = 0;
    for (int i = 0; i < length; i++) {
      int id = model.byteIds[text[from + i] & 0xff];
      if (id != ByteLevelModel.NO_ID) {
        symbols[known++] = id;
      }
    }
    int count = loop.merge(symbols, known);
    for (int i = 0; i < count; i++) {
      ids.add(symbols[i]);
    }
  }
}
