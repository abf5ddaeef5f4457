package org.sparklora.text.encoder;

import java.util.Arrays;

/**
 * A cache of encoded words, UTF-8 → ids, in two primitive arrays of bounded size. When full, it is
 * cleared. Lookups do not modify it.
 */
public final class WordCache {
  public static final int MAX_WORD = 64;
  public static final int NOTHING = 0;

  private final int[] slots; // start of a record in the arena, 0 = free
  private final int shift;
  private final int maxWords;
  private final int maxLongs;
  private int words;
  private long[] arena = new long[1 << 12]; // header, bytes of the word, ids; two ids per long
  private int end = 1;

  /** A cache of up to 2^(slotBits-1) words and 2^(slotBits+2) longs. */
  public WordCache(int slotBits) {
    this.slots = new int[1 << slotBits];
    this.shift = 64 - slotBits;
    this.maxWords = 1 << (slotBits - 1);
    this.maxLongs = 1 << (slotBits + 2);
  }

  public static WordCache ofAtLeast(int words) {
    return new WordCache(34 - Integer.numberOfLeadingZeros(words));
  }

  /** Adds the word's ids to {@code into}; false if the word is not cached. */
  public boolean find(byte[] text, int from, int length, IdBuffer into) {
    int record = record(text, from, length);
    if (record == NOTHING) {
      return false;
    }
    addIds(record, length, into);
    return true;
  }

  /** Caches a word that is not cached yet, with the ids from {@code firstId} to the end. */
  public void put(byte[] text, int from, int length, IdBuffer ids, int firstId) {
    put(text, from, length, ids, firstId, 0);
  }

  /** The record of a word, or {@link #NOTHING}; valid until the next {@code put}. */
  public int record(byte[] text, int from, int length) {
    long hash = hash(text, from, length);
    long header = header(hash, length);
    int slot = (int) (hash >>> shift);
    while (slots[slot] != NOTHING) {
      int record = slots[slot];
      if ((arena[record] & ~0xffffL) == header && isWord(record + 1, text, from, length)) {
        return record;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return NOTHING;
  }

  public void addIds(int record, int length, IdBuffer into) {
    into.addPacked(arena, record + 1 + longs(length), (int) arena[record] & 0xff);
  }

  /** The note cached with a word. */
  public int note(int record) {
    return (int) (arena[record] >>> 8) & 0xff;
  }

  /** Caches a word with a note from 0 to 255; a word has at most {@link #MAX_WORD} ids. */
  public void put(byte[] text, int from, int length, IdBuffer ids, int firstId, int note) {
    int count = ids.size() - firstId;
    int needed = 1 + longs(length) + (count + 1) / 2;
    if (words == maxWords || end + needed > maxLongs) {
      forget();
    }
    while (end + needed > arena.length) {
      arena = Arrays.copyOf(arena, 2 * arena.length);
    }
    long hash = hash(text, from, length);
    int slot = (int) (hash >>> shift);
    while (slots[slot] != NOTHING) {
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = end;
    words++;
    arena[end++] = header(hash, length) | ((long) note << 8) | count;
    for (int done = 0; done < length; done += 8) {
      arena[end++] = Utf8Buffer.load(text, from + done, length - done);
    }
    for (int i = firstId; i < ids.size(); i += 2) {
      long second = i + 1 < ids.size() ? ids.id(i + 1) : 0;
      arena[end++] = (second << 32) | (ids.id(i) & 0xffffffffL);
    }
  }

  private boolean isWord(int at, byte[] text, int from, int length) {
    for (int done = 0; done < length; done += 8) {
      if (arena[at++] != Utf8Buffer.load(text, from + done, length - done)) {
        return false;
      }
    }
    return true;
  }

  private static long header(long hash, int length) {
    return (hash << 32) | ((long) length << 16);
  }

  private void forget() {
    Arrays.fill(slots, NOTHING);
    words = 0;
    end = 1;
  }

  private static int longs(int length) {
    return (length + 7) >> 3;
  }

  private static long hash(byte[] text, int from, int length) {
    long hash = length;
    for (int done = 0; done < length; done += 8) {
      hash = (hash ^ Utf8Buffer.load(text, from + done, length - done)) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 29;
    }
    return hash * 0x9e3779b97f4a7c15L;
  }
}
