package org.sparklora.weights;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.sparklora.Failure;

/**
 * A stored zip laid out as torch does: every member's data starts at a multiple of 64, sizes and
 * CRC follow the data, all times are zero. Up to 4 GiB.
 */
final class ZipWriter {
  private static final int ALIGNMENT = 64;
  private static final int DESCRIPTOR = 0x08074b50;
  private static final int DESCRIPTOR_BYTES = 16;
  private static final short FLAGS = 0x0808; // sizes follow the data, names are UTF-8
  private static final long LARGEST = 0xffffffffL;

  /** Writes a member's bytes. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private final OutputStream out;
  private final String root;
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private int members;
  private long at;

  ZipWriter(OutputStream out, String root) {
    this.out = out;
    this.root = root;
  }

  void add(String name, byte[] content) throws IOException {
    add(name, content.length, target -> target.write(content));
  }

  void add(String name, long size, Content content) throws IOException {
    byte[] full = (root + name).getBytes(StandardCharsets.UTF_8);
    checkFits(name, size + full.length);
    long start = at;
    localHeader(full);
    Counted counted = new Counted(out);
    content.writeTo(counted);
    if (counted.count != size) {
      throw new IOException(
          "member %s has %d bytes (expected %d)".formatted(name, counted.count, size));
    }
    at += size;
    int crc = (int) counted.crc.getValue();
    ByteBuffer descriptor = little(new byte[DESCRIPTOR_BYTES]);
    write(descriptor.putInt(DESCRIPTOR).putInt(crc).putInt((int) size).putInt((int) size));
    centralHeader(full, start, crc, (int) size);
    members++;
  }

  void finish() throws IOException {
    long start = at;
    int size = directory.size();
    write(ByteBuffer.wrap(directory.toByteArray()));
    ByteBuffer end = little(new byte[ZipDirectory.END_BYTES]);
    end.putInt(ZipDirectory.END).putInt(0).putShort((short) members).putShort((short) members);
    end.putInt(size).putInt((int) start);
    write(end);
    out.flush();
  }

  private void checkFits(String name, long size) {
    if (at + size + directory.size() > LARGEST - (1 << 20) || members >= 0xfffe) {
      throw Failure.usage(
          "Cannot write the weight file, it grows beyond 4 GiB: at %s (expected less). Split it into shards."
              .formatted(name));
    }
  }

  private void localHeader(byte[] name) throws IOException {
    long data = at + ZipDirectory.LOCAL_BYTES + name.length + 4;
    int padding = (int) (-data & (ALIGNMENT - 1));
    byte[] bytes = new byte[ZipDirectory.LOCAL_BYTES + name.length + 4 + padding];
    Arrays.fill(bytes, bytes.length - padding, bytes.length, (byte) 'Z');
    ByteBuffer header = little(bytes);
    header.putInt(ZipDirectory.LOCAL).putShort((short) 0).putShort(FLAGS);
    header.position(26);
    header.putShort((short) name.length).putShort((short) (4 + padding)).put(name);
    header.put((byte) 'F').put((byte) 'B').putShort((short) padding);
    write(header);
  }

  private void centralHeader(byte[] name, long start, int crc, int size) {
    byte[] bytes = new byte[ZipDirectory.CENTRAL_BYTES + name.length];
    ByteBuffer header = little(bytes);
    header.putInt(ZipDirectory.CENTRAL).putInt(0).putShort(FLAGS);
    header.position(16);
    header.putInt(crc).putInt(size).putInt(size).putShort((short) name.length);
    header.position(42);
    header.putInt((int) start).put(name);
    directory.writeBytes(bytes);
  }

  private void write(ByteBuffer record) throws IOException {
    byte[] bytes = new byte[record.capacity()];
    record.get(0, bytes);
    out.write(bytes);
    at += bytes.length;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static final class Counted extends FilterOutputStream {
    private final CRC32 crc = new CRC32();
    private long count;

    Counted(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      crc.update(b);
      count++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
      crc.update(bytes, from, length);
      count += length;
    }
  }
}
