package org.sparklora.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sparklora.SizeLimit;
import org.sparklora.storage.SeekableInput;

/**
 * Where the stored (uncompressed) members of a zip file are, from its central directory; with
 * zip64, so that shards of any size can be read in place.
 */
final class ZipDirectory {
  static final int LOCAL = 0x04034b50;
  static final int LOCAL_BYTES = 30;
  static final int CENTRAL = 0x02014b50;
  static final int CENTRAL_BYTES = 46;
  static final int END = 0x06054b50;
  static final int END_BYTES = 22;

  private static final int LONGEST_COMMENT = 0xffff;
  private static final int END64 = 0x06064b50;
  private static final int END64_BYTES = 56;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int LOCATOR64_BYTES = 20;
  private static final int EXTRA64 = 1;
  private static final long U16 = 0xffffL;
  private static final long U32 = 0xffffffffL;

  /** One member: its local header and how many bytes it holds. */
  record Entry(String name, long header, long size) {}

  private final SeekableInput in;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long start;

  private ZipDirectory(SeekableInput in) {
    this.in = in;
  }

  static ZipDirectory read(SeekableInput in) {
    ZipDirectory directory = new ZipDirectory(in);
    directory.readEntries();
    return directory;
  }

  Map<String, Entry> entries() {
    return entries;
  }

  /** Offset of the member's first byte in the file. */
  long dataOffset(Entry entry) {
    byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
    ByteBuffer header = bytes(entry.header(), LOCAL_BYTES, "the local header of " + entry.name());
    int nameBytes = u16(header, 26);
    long offset = entry.header() + LOCAL_BYTES + nameBytes + u16(header, 28);
    boolean sound = header.getInt(0) == LOCAL && nameBytes == name.length;
    if (!sound
        || !Arrays.equals(name, bytes(entry.header() + LOCAL_BYTES, nameBytes, "a name").array())) {
      throw WeightFault.damaged(
          in.path(), "its local and central headers differ", entry.name(), "the same name in both");
    }
    if (offset + entry.size() > start) {
      throw WeightFault.cutOff(
          in.path(), "the member '" + entry.name() + "'", start, offset + entry.size());
    }
    return offset;
  }

  private void readEntries() {
    long endAt = endAt();
    ByteBuffer end = bytes(endAt, END_BYTES, "the end record");
    long size = u32(end, 12);
    start = u32(end, 16);
    if (start == U32 || size == U32 || u16(end, 10) == U16) {
      ByteBuffer end64 = end64(endAt);
      size = end64.getLong(40);
      start = end64.getLong(48);
    }
    if (size < 0 || start < 0 || start > endAt - size) {
      throw WeightFault.damaged(
          in.path(),
          "its zip directory is impossible",
          size + " bytes at " + start,
          "inside the file");
    }
    SizeLimit.WEIGHT_HEADER.require(WeightFault.READ, "its zip directory", size, in.path());
    ByteBuffer central = bytes(start, (int) size, "the zip directory");
    while (central.position() < size) {
      add(entry(central));
    }
  }

  private void add(Entry entry) {
    if (entry.header() < 0 || entry.size() < 0 || entry.header() > start - entry.size()) {
      throw WeightFault.cutOff(
          in.path(), "the member '" + entry.name() + "'", start, entry.header() + entry.size());
    }
    if (entries.put(entry.name(), entry) != null) {
      throw WeightFault.damaged(in.path(), "a zip member stands in it twice", entry.name(), "once");
    }
  }

  private long endAt() {
    int window = (int) Math.min(in.length(), END_BYTES + LONGEST_COMMENT);
    ByteBuffer tail = bytes(in.length() - window, window, "the end record");
    for (int at = window - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END && u16(tail, at + 20) == window - END_BYTES - at) {
        return in.length() - window + at;
      }
    }
    throw WeightFault.cutOff(in.path(), "its zip directory", in.length(), in.length() + END_BYTES);
  }

  private ByteBuffer end64(long endAt) {
    ByteBuffer locator = bytes(endAt - LOCATOR64_BYTES, LOCATOR64_BYTES, "the zip64 locator");
    long at = locator.getLong(8);
    if (locator.getInt(0) != LOCATOR64 || at < 0 || at > endAt - END64_BYTES) {
      throw WeightFault.damaged(
          in.path(), "its zip64 locator is impossible", at, "an earlier offset");
    }
    ByteBuffer end64 = bytes(at, END64_BYTES, "the zip64 end record");
    if (end64.getInt(0) != END64) {
      throw WeightFault.damaged(
          in.path(), "its zip64 end record is missing", at, "one at this offset");
    }
    return end64;
  }

  private Entry entry(ByteBuffer central) {
    int at = central.position();
    if (central.remaining() < CENTRAL_BYTES || central.getInt(at) != CENTRAL) {
      throw WeightFault.damaged(
          in.path(), "its zip directory is broken", "offset " + (start + at), "an entry there");
    }
    int nameBytes = u16(central, at + 28);
    int extraBytes = u16(central, at + 30);
    int whole = CENTRAL_BYTES + nameBytes + extraBytes + u16(central, at + 32);
    if (central.remaining() < whole) {
      throw WeightFault.cutOff(in.path(), "the zip directory", start + at, start + at + whole);
    }
    byte[] raw = new byte[nameBytes];
    central.get(at + CENTRAL_BYTES, raw);
    String name = new String(raw, StandardCharsets.UTF_8);
    if (u16(central, at + 10) != 0 || (u16(central, at + 8) & 1) != 0) {
      throw WeightFault.unsupported(
          in.path(),
          "a zip member is compressed or encrypted",
          name,
          "stored members, as torch writes");
    }
    central.position(at + whole);
    return withExtra64(central, at, name);
  }

  /** Sizes and offsets that do not fit into 32 bits are in an extra field, in this order. */
  private Entry withExtra64(ByteBuffer central, int at, String name) {
    long packed = u32(central, at + 20);
    long size = u32(central, at + 24);
    long header = u32(central, at + 42);
    int extra = at + CENTRAL_BYTES + u16(central, at + 28);
    int end = extra + u16(central, at + 30);
    while (extra + 4 <= end) {
      int field = extra + 4;
      int fieldEnd = field + u16(central, extra + 2);
      if (u16(central, extra) == EXTRA64 && fieldEnd <= end) {
        long[] wide = {size, packed, header};
        for (int i = 0; i < wide.length; i++) {
          if (wide[i] == U32 && field + 8 <= fieldEnd) {
            wide[i] = central.getLong(field);
            field += 8;
          }
        }
        return stored(name, wide[2], wide[0], wide[1]);
      }
      extra = fieldEnd;
    }
    return stored(name, header, size, packed);
  }

  private Entry stored(String name, long header, long size, long packed) {
    if (size != packed) {
      throw WeightFault.damaged(
          in.path(),
          "a stored zip member has two sizes",
          name + " " + size + " and " + packed,
          "one");
    }
    return new Entry(name, header, size);
  }

  private ByteBuffer bytes(long at, int count, String what) {
    if (at < 0 || at > in.length() - count) {
      throw WeightFault.cutOff(in.path(), what, in.length(), at + count);
    }
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    in.readFully(at, bytes);
    bytes.flip();
    return bytes;
  }

  private static int u16(ByteBuffer bytes, int at) {
    return bytes.getShort(at) & 0xffff;
  }

  private static long u32(ByteBuffer bytes, int at) {
    return bytes.getInt(at) & U32;
  }
}
