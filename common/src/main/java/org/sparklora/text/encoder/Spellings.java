package org.sparklora.text.encoder;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * The UTF-8 that each token stands for within a text, a byte of it where that is all, and for an
 * added token what is written for it. All lie in one array: looking tokens up one after another is
 * otherwise a wait for memory at each.
 */
public final class Spellings {
  /** Of a tokenizer whose tokens are not known. */
  public static final Spellings UNKNOWN = of(0, id -> new byte[0]);

  /** Made once somebody asks: only who places labels in a text does. Any number of threads may. */
  public static final class Later {
    private final Supplier<Spellings> maker;
    private Spellings made;

    public Later(Supplier<Spellings> maker) {
      this.maker = maker;
    }

    public synchronized Spellings get() {
      if (made == null) {
        made = maker.get();
      }
      return made;
    }
  }

  private final byte[] bytes;
  private final int[] starts; // by id; one more than there are ids

  private Spellings(byte[] bytes, int... starts) {
    this.bytes = bytes;
    this.starts = starts;
  }

  /** Of the ids below {@code size}; an empty spelling is one that is not known. */
  public static Spellings of(int size, IntFunction<byte[]> spelling) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(8 * size);
    int[] starts = new int[size + 1];
    for (int id = 0; id < size; id++) {
      bytes.writeBytes(spelling.apply(id));
      starts[id + 1] = bytes.size();
    }
    bytes.writeBytes(new byte[Utf8Buffer.SPARE]);
    return new Spellings(bytes.toByteArray(), starts);
  }

  /** These and others, which count where an id has both. */
  public Spellings with(Map<Integer, byte[]> others) {
    int size = others.keySet().stream().mapToInt(id -> id + 1).reduce(size(), Math::max);
    return of(size, id -> others.containsKey(id) ? others.get(id) : spelling(id));
  }

  private int size() {
    return starts.length - 1;
  }

  private byte[] spelling(int id) {
    return id < size() ? Arrays.copyOfRange(bytes, starts[id], starts[id + 1]) : new byte[0];
  }

  /** How many bytes the token has; 0 if it is not known. */
  public int length(int id) {
    return id >= 0 && id < size() ? starts[id + 1] - starts[id] : 0;
  }

  /** The first byte of a token that has any. */
  public byte first(int id) {
    return bytes[starts[id]];
  }

  /** Whether {@code text} goes on at {@code at} with the token from its byte {@code from} on. */
  public boolean stands(int id, int from, byte[] text, int at) {
    int length = length(id) - from;
    if (at + length > text.length) {
      return false;
    }
    int start = starts[id] + from;
    if (length <= Long.BYTES && at + Utf8Buffer.SPARE <= text.length) {
      return Utf8Buffer.load(bytes, start, length) == Utf8Buffer.load(text, at, length);
    }
    return Arrays.equals(bytes, start, start + length, text, at, at + length);
  }

  /** Appends the token's bytes. */
  public void append(int id, ByteArrayOutputStream into) {
    into.write(bytes, starts[id], starts[id + 1] - starts[id]);
  }
}
