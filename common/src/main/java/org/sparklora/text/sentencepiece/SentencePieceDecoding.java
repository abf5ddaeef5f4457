package org.sparklora.text.sentencepiece;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.sparklora.text.encoder.Spellings;
import org.sparklora.text.sentencepiece.Piece.Kind;

/**
 * Decodes SentencePiece ids in Java, because the library's binding garbles characters beyond the
 * basic plane. Control and unknown pieces are skipped.
 */
final class SentencePieceDecoding {
  private static final String BLANK = "\u2581";

  private final List<Piece> pieces;
  private final boolean addsDummyPrefix;
  private final boolean removesExtraBlanks;
  private final Spellings.Later spellings = new Spellings.Later(this::newSpellings);

  SentencePieceDecoding(ModelProto model) {
    this.pieces = model.pieces;
    this.addsDummyPrefix = model.addsDummyPrefix;
    this.removesExtraBlanks = model.removesExtraBlanks;
  }

  String decode(int[] ids) {
    StringBuilder text = new StringBuilder();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean atStart = addsDummyPrefix || removesExtraBlanks;
    for (int id : ids) {
      Piece piece = pieces.get(id);
      if (piece.kind() == Kind.BYTE) {
        bytes.write(byteOf(piece));
        continue;
      }
      appendBytes(bytes, text);
      if (piece.kind() != Kind.CONTROL && piece.kind() != Kind.UNKNOWN) {
        atStart = append(piece.text(), atStart && text.isEmpty(), text);
      }
    }
    appendBytes(bytes, text);
    return text.toString();
  }

  Spellings spellings() {
    return spellings.get();
  }

  private Spellings newSpellings() {
    return Spellings.of(pieces.size(), id -> spelling(pieces.get(id)));
  }

  private static byte[] spelling(Piece piece) {
    return switch (piece.kind()) {
      case UNKNOWN, UNUSED -> new byte[0];
      case BYTE -> new byte[] {byteOf(piece)};
      case NORMAL, CONTROL, USER_DEFINED ->
          piece.text().replace(BLANK, " ").getBytes(StandardCharsets.UTF_8);
    };
  }

  private static byte byteOf(Piece piece) {
    return (byte) Integer.parseInt(piece.text(), 3, 5, 16); // <0xE4>
  }

  /**
   * Appends a piece, dropping a leading space at the start; returns whether the start continues.
   */
  private boolean append(String piece, boolean atStart, StringBuilder text) {
    boolean leading = atStart && piece.startsWith(BLANK);
    text.append((leading ? piece.substring(1) : piece).replace(BLANK, " "));
    return atStart && (!leading || removesExtraBlanks);
  }

  /** Appends bytes as UTF-8, with one replacement character for each invalid byte. */
  private static void appendBytes(ByteArrayOutputStream bytes, StringBuilder text) {
    if (bytes.size() == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes.toByteArray());
    CharBuffer out = CharBuffer.allocate(in.remaining());
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    while (in.hasRemaining()) {
      CoderResult result = decoder.decode(in, out, true);
      for (int wrong = result.isError() ? result.length() : 0; wrong > 0; wrong--) {
        in.get();
        out.put('\ufffd');
      }
    }
    text.append(out.flip());
    bytes.reset();
  }
}
