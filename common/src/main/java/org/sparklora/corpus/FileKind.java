package org.sparklora.corpus;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.corpus.TextForm.Shape;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/**
 * What a corpus file is; only its bytes count, but for tables in text, which have no mark.
 *
 * @param text empty for Parquet
 */
record FileKind(Optional<TextForm> text) {
  static final FileKind PARQUET = new FileKind(Optional.empty());

  /** So many objects at the beginning say whether each stands on a line of its own. */
  private static final int LOOKED_AT = 16;

  boolean isParquet() {
    return text.isEmpty();
  }

  /** Reads the beginning; {@code charset} is that of text without a byte order mark. */
  static FileKind of(Store store, StoredFile file, String charset) {
    byte[] head = head(store, file.path(), Packing.NONE);
    if (Arrays.equals(Arrays.copyOf(head, 4), "PAR1".getBytes(StandardCharsets.US_ASCII))) {
      return PARQUET;
    }
    Packing packing = Packing.of(head);
    if (packing != Packing.NONE) {
      head = head(store, file.path(), packing);
    }
    ForeignFile.refuse(file.path(), head);
    String found = charset(head).orElse(Charset.forName(charset).name());
    UnmarkedUtf16.refuse(file.path(), head, found);
    Shape shape = shape(store, file, packing, found);
    return new FileKind(Optional.of(new TextForm(packing, found, shape)));
  }

  private static byte[] head(Store store, String path, Packing packing) {
    try (InputStream in = TextStream.unpacked(store, path, packing)) {
      return in.readNBytes(ForeignFile.HEAD);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** By the byte order mark. */
  private static Optional<String> charset(byte[] head) {
    String hex = HexFormat.of().formatHex(head, 0, Math.min(4, head.length));
    String found = null;
    if (hex.startsWith("efbbbf")) {
      found = TextForm.UTF_8;
    } else if (hex.equals("fffe0000") || hex.equals("0000feff")) {
      found = hex.startsWith("ff") ? "UTF-32LE" : "UTF-32BE";
    } else if (hex.startsWith("fffe") || hex.startsWith("feff")) {
      found = hex.startsWith("ff") ? "UTF-16LE" : "UTF-16BE";
    } else if (hex.equals("84319533")) {
      found = "GB18030";
    }
    return Optional.ofNullable(found);
  }

  private static Shape shape(Store store, StoredFile file, Packing packing, String charset) {
    try (InputStream in = TextStream.unpacked(store, file.path(), packing);
        PushbackReader text = new PushbackReader(TextStream.reader(in, charset))) {
      int first = text.read();
      while (Character.isWhitespace(first) || first == ExampleParser.BYTE_ORDER_MARK) {
        first = text.read();
      }
      if (first == '[') {
        return Shape.ARRAY;
      }
      if (first == '{') {
        text.unread(first);
        return areLines(text) ? Shape.LINES : Shape.OBJECTS;
      }
    } catch (IOException e) {
      throw unreadable(file.path(), e);
    }
    return byName(file.name());
  }

  private static Shape byName(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|bz2|zst|zstd|xz)$", "");
    return plain.endsWith(".csv")
        ? Shape.COMMAS
        : plain.endsWith(".tsv") ? Shape.TABS : Shape.LINES;
  }

  /** No object goes over several lines, and no line holds two; unless that is plain, they do. */
  private static boolean areLines(PushbackReader text) throws IOException {
    try (JsonParser json = ExampleParser.json().createParser(text)) {
      int lastLine = 0;
      for (int i = 0; i < LOOKED_AT && json.nextToken() == JsonToken.START_OBJECT; i++) {
        int line = line(json.currentTokenLocation());
        json.skipChildren();
        if (line == lastLine || line(json.currentLocation()) > line) {
          return json.currentToken() != JsonToken.END_OBJECT;
        }
        lastLine = line;
      }
      return true;
    } catch (JsonProcessingException e) {
      return true;
    }
  }

  private static int line(JsonLocation location) {
    return location.getLineNr();
  }

  private static Failure unreadable(String path, IOException cause) {
    return Failure.storage(
        "Cannot read the input, the read failed: %s (%s). Check the store and run again."
            .formatted(path, cause.getMessage()),
        cause);
  }
}
