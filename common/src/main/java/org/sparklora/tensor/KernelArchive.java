package org.sparklora.tensor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * TorchScript text, packed in memory as the archive that libtorch loads.
 *
 * <p>The archive holds one object of the empty class {@code __torch__.Ops}; its methods are the
 * kernels. Entries are stored, not compressed, as libtorch requires.
 */
final class KernelArchive {
  private KernelArchive() {}

  /** Of a text beside this class. */
  static byte[] of(String text) {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(archive)) {
      zip.setMethod(ZipOutputStream.STORED);
      store(zip, "ops/data.pkl", emptyObject());
      store(zip, "ops/code/__torch__.py", content(text));
      store(zip, "ops/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "ops/version", "10\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return archive.toByteArray();
  }

  private static byte[] content(String text) throws IOException {
    try (InputStream in = KernelArchive.class.getResourceAsStream(text)) {
      return in.readAllBytes();
    }
  }

  /** Pickle, protocol 2: an object of class {@code __torch__.Ops} with an empty state. */
  private static byte[] emptyObject() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2});
    pickle.writeBytes("c__torch__\nOps\n".getBytes(StandardCharsets.US_ASCII));
    pickle.writeBytes(new byte[] {')', (byte) 0x81, '}', 'b', '.'});
    return pickle.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
