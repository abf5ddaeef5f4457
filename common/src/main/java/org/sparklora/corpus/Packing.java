package org.sparklora.corpus;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** How a file is compressed; its first bytes say so. Streams behind one another are one text. */
enum Packing {
  NONE("nothing", ""),
  GZIP("gzip", "1f8b"),
  BZIP2("bzip2", "425a683.3141592653|425a683.1772453850"),
  ZSTD("zstd", "28b52ffd|5.2a4d18"),
  XZ("xz", "fd377a585a00");

  /** A dictionary of xz -9 takes 64 MiB. */
  private static final int XZ_KIB = 256 << 10;

  private final String word;
  private final Pattern begins;

  Packing(String word, String begins) {
    this.word = word;
    this.begins = Pattern.compile(begins);
  }

  static Packing of(byte[] head) {
    String hex = HexFormat.of().formatHex(head, 0, Math.min(head.length, 16));
    for (Packing packing : values()) {
      if (packing != NONE && packing.begins.matcher(hex).lookingAt()) {
        return packing;
      }
    }
    return NONE;
  }

  String word() {
    return word;
  }

  InputStream unpacked(InputStream in) throws IOException {
    BufferedInputStream packed = new BufferedInputStream(in, 1 << 16);
    return switch (this) {
      case NONE -> packed;
      case GZIP -> new GzipCompressorInputStream(packed, true);
      case BZIP2 -> new BZip2CompressorInputStream(packed, true);
      case ZSTD -> new ZstdInputStream(packed);
      case XZ -> new XZInputStream(packed, XZ_KIB);
    };
  }
}
