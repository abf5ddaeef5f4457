package org.sparklora.corpus;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.sparklora.Failure;

/** What a file is that is no corpus, whatever its name says. */
enum ForeignFile {
  LFS_POINTER("a Git LFS pointer, not the file itself", "Run git lfs pull"),
  HTML("an HTML page", "Download the file itself"),
  XML("an XML document", "Convert it first"),
  ZIP("a zip archive", "Unpack it first"),
  TAR("a tar archive", "Unpack it first"),
  SEVEN_ZIP("a 7z archive", "Unpack it first"),
  RAR("a RAR archive", "Unpack it first"),
  LZ4("compressed with lz4", "Unpack it first"),
  SNAPPY("compressed with snappy", "Unpack it first"),
  COMPRESS("compressed with compress", "Unpack it first"),
  PDF("a PDF document", "Convert it first"),
  ORC("ORC", "Convert it first"),
  AVRO("Avro", "Convert it first"),
  ARROW("an Arrow file", "Convert it first"),
  HDF5("HDF5", "Convert it first"),
  SQLITE("an SQLite database", "Convert it first"),
  LZMA("compressed with lzma", "Unpack it first"),
  TWICE_PACKED("compressed twice", "Unpack it once"),
  PARQUET("Parquet inside of other compression", "Unpack it first"),
  ENCRYPTED_PARQUET("encrypted Parquet", "Decrypt it first");

  /** Enough for the mark of a tar archive. */
  static final int HEAD = 512;

  private static final int TAR_MARK = 257;

  private final String what;
  private final String advice;

  ForeignFile(String what, String advice) {
    this.what = what;
    this.advice = advice;
  }

  /** Fails if {@code head}, the first bytes of a file as unpacked, are none of a corpus. */
  static void refuse(String path, byte[] head) {
    ForeignFile found = of(head);
    if (found != null) {
      throw Failure.input(
          "Cannot read the input, a file is %s: %s (expected JSON, CSV, TSV or Parquet). %s."
              .formatted(found.what, path, found.advice));
    }
  }

  private static ForeignFile of(byte[] head) {
    ForeignFile text = ofText(new String(head, StandardCharsets.UTF_8));
    return text != null ? text : ofBytes(HexFormat.of().formatHex(head), head);
  }

  private static ForeignFile ofText(String head) {
    String text = head.replaceFirst("^[\ufeff\\s]+", "").toLowerCase(Locale.ROOT);
    if (text.startsWith("version https://git-lfs.github.com/spec/")) {
      return LFS_POINTER;
    }
    if (text.matches("(?s)(<!--.*?-->\\s*)?<(!doctype html|html|head|body)\\b.*")) {
      return HTML;
    }
    return text.startsWith("<?xml") ? XML : null;
  }

  private static ForeignFile ofBytes(String hex, byte[] head) {
    String tar =
        head.length < HEAD ? "" : new String(head, TAR_MARK, 5, StandardCharsets.ISO_8859_1);
    if (tar.equals("ustar")) {
      return TAR;
    }
    return Packing.of(head) == Packing.NONE ? ofMagic(hex) : TWICE_PACKED;
  }

  private static ForeignFile ofMagic(String hex) {
    if (hex.matches("5d0000....(f{16}|.{6}0{10}).*")) {
      return LZMA; // one byte of settings, four of dictionary, eight of length or none
    }
    return switch (hex.substring(0, Math.min(8, hex.length()))) {
      case "504b0304", "504b0506", "504b0708" -> ZIP;
      case "377abcaf" -> SEVEN_ZIP;
      case "52617221" -> RAR;
      case "04224d18" -> LZ4;
      case "ff060000" -> SNAPPY;
      case "25504446" -> PDF;
      case "4f626a01" -> AVRO;
      case "4152524f" -> ARROW;
      case "89484446" -> HDF5;
      case "53514c69" -> SQLITE;
      case "50415231" -> PARQUET;
      case "50415245" -> ENCRYPTED_PARQUET;
      default -> hex.startsWith("1f9d") ? COMPRESS : hex.startsWith("4f5243") ? ORC : null;
    };
  }
}
