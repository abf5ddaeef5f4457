package org.sparklora.metric;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** The record framing of TensorFlow: length, its checksum, data, its checksum. */
final class TfRecord {
  private static final int MASK_DELTA = 0xa282ead8;

  private TfRecord() {}

  static byte[] frame(byte[] data) {
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(data.length);
    record.putInt(maskedCrc(Arrays.copyOf(record.array(), Long.BYTES)));
    return record.put(data).putInt(maskedCrc(data)).array();
  }

  /**
   * CRC-32C, rotated right by 15 bits and with a constant added: a CRC of data that holds CRCs is
   * weak.
   */
  static int maskedCrc(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }
}
