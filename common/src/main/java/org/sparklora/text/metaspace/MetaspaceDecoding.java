package org.sparklora.text.metaspace;

import static org.sparklora.text.encoder.BpeFile.isType;
import static org.sparklora.text.encoder.BpeFile.need;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.text.encoder.AddedToken;
import org.sparklora.text.encoder.BpeFile;
import org.sparklora.text.encoder.Spellings;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/** Decodes ids: blanks for {@code ▁}, bytes as UTF-8, without the blanks put before a text. */
final class MetaspaceDecoding {
  private static final Pattern BYTE = Pattern.compile("<0x(?:([0-9A-Fa-f]{2})|\\+([0-9A-Fa-f]))>");
  private static final int NO_BYTE = -1;

  private final String[] tokens; // by id, or null
  private final int[] bytes; // by id: what a token like <0xE4> stands for, or NO_BYTE
  private final boolean[] special;
  private final int stripped; // blanks at the start
  private final Spellings.Later spellings = new Spellings.Later(this::newSpellings);

  private MetaspaceDecoding(String[] tokens, boolean[] special, int stripped) {
    this.tokens = tokens;
    this.special = special;
    this.stripped = stripped;
    this.bytes = new int[tokens.length];
    for (int id = 0; id < bytes.length; id++) {
      bytes[id] = tokens[id] == null ? NO_BYTE : byteOf(tokens[id]);
    }
  }

  static MetaspaceDecoding of(JsonNode decoder, BpeFile file) throws UnsupportedTokenizer {
    JsonNode parts = decoder.path("decoders");
    JsonNode strip = parts.path(3);
    boolean strips =
        isType(strip, "Strip")
            && strip.path("content").asText().equals(" ")
            && strip.path("stop").asInt() == 0;
    boolean known =
        isType(decoder, "Sequence")
            && replacesBlanks(parts.path(0))
            && isType(parts.path(1), "ByteFallback")
            && isType(parts.path(2), "Fuse")
            && parts.size() == (strips ? 4 : 3);
    need(known, "decoder", decoder);
    return new MetaspaceDecoding(
        tokens(file), file.special(), strips ? strip.path("start").asInt() : 0);
  }

  private static boolean replacesBlanks(JsonNode part) {
    return isType(part, "Replace")
        && part.path("pattern").path("String").asText().equals(String.valueOf(BlankRules.BLANK))
        && part.path("content").asText().equals(" ");
  }

  private static String[] tokens(BpeFile file) {
    String[] tokens = new String[file.size()];
    file.vocabulary().forEach((token, id) -> tokens[id] = token);
    for (AddedToken token : file.addedTokens()) {
      tokens[token.id()] = token.content();
    }
    for (int id = 0; id < tokens.length; id++) {
      tokens[id] = tokens[id] == null ? null : tokens[id].replace(BlankRules.BLANK, ' ');
    }
    return tokens;
  }

  private static int byteOf(String token) {
    Matcher hex = BYTE.matcher(token);
    return hex.matches()
        ? Integer.parseInt(hex.group(1) != null ? hex.group(1) : hex.group(2), 16)
        : NO_BYTE;
  }

  /** Special tokens and ids without a token are skipped. */
  String decode(int[] ids) {
    StringBuilder text = new StringBuilder(4 * ids.length);
    ByteArrayOutputStream open = new ByteArrayOutputStream();
    for (int id : ids) {
      if (hasNoText(id)) {
        continue;
      }
      if (bytes[id] != NO_BYTE) {
        open.write(bytes[id]);
        continue;
      }
      appendBytes(open, text);
      text.append(tokens[id]);
    }
    appendBytes(open, text);
    return text.substring(blanksToStrip(text));
  }

  /** Without the last bytes in a row: the next one may turn all of them into replacements. */
  String decodeSoFar(int[] ids) {
    int end = ids.length;
    for (int i = end; i > 0 && (hasNoText(ids[i - 1]) || bytes[ids[i - 1]] != NO_BYTE); i--) {
      end = i - 1;
    }
    return decode(Arrays.copyOf(ids, end));
  }

  Spellings spellings() {
    return spellings.get();
  }

  private Spellings newSpellings() {
    return Spellings.of(tokens.length, this::spelling);
  }

  private byte[] spelling(int id) {
    if (tokens[id] == null) {
      return new byte[0];
    }
    return bytes[id] != NO_BYTE
        ? new byte[] {(byte) bytes[id]}
        : tokens[id].getBytes(StandardCharsets.UTF_8);
  }

  private boolean hasNoText(int id) {
    return id < 0 || id >= tokens.length || tokens[id] == null || special[id];
  }

  private int blanksToStrip(StringBuilder text) {
    int blanks = 0;
    while (blanks < stripped && blanks < text.length() && text.charAt(blanks) == ' ') {
      blanks++;
    }
    return blanks;
  }

  /** Bytes that are not UTF-8 as a whole become one replacement character each. */
  private static void appendBytes(ByteArrayOutputStream open, StringBuilder text) {
    if (open.size() == 0) {
      return;
    }
    try {
      text.append(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(open.toByteArray())));
    } catch (CharacterCodingException e) {
      text.append("\ufffd".repeat(open.size()));
    }
    open.reset();
  }
}
