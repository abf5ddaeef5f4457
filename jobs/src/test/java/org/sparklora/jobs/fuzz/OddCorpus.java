package org.sparklora.jobs.fuzz;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.sparklora.text.encoder.RandomText;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Corpora of text and Parquet as people have them, and worse. */
final class OddCorpus {
  private static final List<String> FORMS =
      List.of("jsonl", "pretty", "array", "csv", "tsv", "scsv");
  private static final List<String> CHARSETS =
      List.of("UTF-16LE", "UTF-16BE", "UTF-16", "GB18030", "ISO-8859-1", "UTF-32", "windows-1252");
  private static final List<String> NO_CORPUS =
      List.of(
          "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
          "<!DOCTYPE html><html></html>",
          "<?xml version=\"1.0\"?><a/>",
          "%PDF-1.7",
          "ORC",
          "PAR1",
          "PAR1\0\0\0\0PAR1",
          "{",
          "[",
          "[[",
          "{}",
          "[]",
          "\ufeff",
          "\0\0\0\0",
          "q,a",
          "q\ta\n",
          "\"q\"\n",
          "null",
          "1 2 3",
          "[1, \"x\", null]",
          "{\"q\": ",
          "ARROW1\0\0",
          "SQLite format 3\0");

  private final Chance chance;
  private final RandomText texts;

  OddCorpus(Chance chance) {
    this.chance = chance;
    this.texts =
        new RandomText(chance.number(), List.of("<s>", "[gMASK]", "<|endoftext|>", "</s>"));
  }

  /** Writes a file, or a folder of files; the path, or a pattern that names it. */
  String write(Path place) throws IOException {
    if (!chance.oneIn(5)) {
      writeFile(place);
      return place.toString();
    }
    Files.createDirectories(place);
    int files = chance.below(4);
    for (int i = 0; i < files; i++) {
      Path file = place.resolve(chance.name("part" + i));
      if (chance.oneIn(4)) {
        file = Files.createDirectories(place.resolve(chance.name("sub" + i))).resolve("x.jsonl");
      }
      if (!Files.exists(file)) {
        writeFile(file);
      }
    }
    if (chance.oneIn(12)) {
      Files.createDirectories(
          place.resolve(chance.of("_delta_log", ".hoodie", "metadata", "empty")));
    }
    if (chance.oneIn(12)) {
      Files.createSymbolicLink(
          place.resolve("link"), chance.of(place, Path.of("nowhere"), Path.of("/")));
    }
    return place
        + chance.of(
            "",
            "",
            "",
            "/",
            "/*",
            "/**",
            "/**/*.jsonl",
            "/{part0,sub1}*",
            "/[a-z]*",
            "/[",
            "/{a",
            "/./");
  }

  private void writeFile(Path file) throws IOException {
    if (chance.oneIn(10)) {
      Files.writeString(file, chance.of(NO_CORPUS));
    } else if (chance.oneIn(5)) {
      new OddParquet(chance, this).write(file);
    } else {
      Files.write(file, packed(text()));
    }
    if (chance.oneIn(6)) {
      Files.write(file, chance.damaged(Files.readAllBytes(file)));
    }
  }

  private byte[] text() {
    String form = chance.of(FORMS);
    List<String> rows = new ArrayList<>();
    int count = chance.oneIn(8) ? chance.below(3) : 1 + chance.below(40);
    for (int i = 0; i < count; i++) {
      rows.add(
          switch (form) {
            case "csv" -> quoted(value()) + "," + quoted(value());
            case "tsv" -> quoted(value()) + "\t" + quoted(value());
            case "scsv" -> quoted(value()) + ";" + quoted(value());
            case "pretty" -> object().toPrettyString();
            default -> OddJson.line(object());
          });
    }
    String end = chance.of("\n", "\n", "\n", "\r\n", "\r", "\n\n");
    String text =
        switch (form) {
          case "csv" -> "q,a" + end + String.join(end, rows) + end;
          case "tsv" -> "q\ta" + end + String.join(end, rows) + end;
          case "scsv" -> "q;a" + end + String.join(end, rows) + end;
          case "array" -> "[" + String.join(chance.of(",", ",\n", " , "), rows) + "]";
          default -> String.join(end, rows) + (chance.oneIn(4) ? "" : end);
        };
    return encoded(text);
  }

  private byte[] encoded(String text) {
    Charset charset =
        chance.oneIn(6) ? Charset.forName(chance.of(CHARSETS)) : StandardCharsets.UTF_8;
    return ((chance.oneIn(8) ? "\ufeff" : "") + text).getBytes(charset);
  }

  private ObjectNode object() {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put(chance.oneIn(30) ? "Q" : "q", value());
    object.put("a", value());
    if (chance.oneIn(6)) {
      String key = chance.of("q", "a", "id", "\u6570", "", "other");
      object.putRawValue(key, new com.fasterxml.jackson.databind.util.RawValue(odd()));
    }
    if (chance.oneIn(40)) {
      object.remove(chance.of("q", "a"));
    }
    return object;
  }

  private String odd() {
    return chance.of(
        "null",
        "1",
        "NaN",
        "-Infinity",
        "true",
        "[]",
        "{\"a\":[1]}",
        "\"\\ud83d\"",
        "\"\"",
        "1e999",
        "9".repeat(1200),
        "[".repeat(1500) + "]".repeat(1500),
        "\"\\u0000\"");
  }

  /** A text for a prompt or an answer. */
  String value() {
    return switch (chance.below(12)) {
      case 0 -> "";
      case 1 -> " ";
      case 2 -> texts.next();
      case 3 -> texts.next() + texts.next();
      case 4 -> "word ".repeat(chance.of(1, 100, 3000));
      default -> "what is %d+%d?".formatted(chance.below(100), chance.below(100));
    };
  }

  private String quoted(String value) {
    return chance.oneIn(3) ? "\"" + value.replace("\"", "\"\"") + "\"" : value;
  }

  private byte[] packed(byte... text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    switch (chance.below(16)) {
      case 0 -> pack(text, new GZIPOutputStream(packed));
      case 1 -> pack(text, new BZip2CompressorOutputStream(packed));
      case 2 -> pack(text, new XZOutputStream(packed, new LZMA2Options(1)));
      case 3 -> packed.write(Zstd.compress(text));
      case 4 -> packed.write(Base64.getMimeEncoder().encode(text));
      default -> packed.write(text);
    }
    return packed.toByteArray();
  }

  private static void pack(byte[] text, OutputStream packing) throws IOException {
    try (packing) {
      packing.write(text);
    }
  }

  /** The end of a file's name that says a form, or another one. */
  String ending() {
    return chance
        .of("", ".json", ".jsonl", ".csv", ".tsv", ".CSV", ".parquet", ".gz", ".csv.gz", ".txt")
        .toLowerCase(Locale.ROOT);
  }
}
