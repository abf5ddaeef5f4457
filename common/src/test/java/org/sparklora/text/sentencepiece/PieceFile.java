package org.sparklora.text.sentencepiece;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes a SentencePiece model, field by field. */
final class PieceFile {
  static final int UNIGRAM = 1;
  static final int BPE = 2;
  static final int NORMAL = 1;
  static final int UNKNOWN = 2;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
  static final int UNUSED = 5;
  static final int BYTE = 6;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  PieceFile piece(String text, float score, int kind) {
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    field(piece, 1, text.getBytes(StandardCharsets.UTF_8));
    varint(piece, (2 << 3) | 5);
    piece.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(score).array());
    field(piece, 3, kind);
    field(file, 1, piece.toByteArray());
    return this;
  }

  PieceFile bytePieces() {
    for (int b = 0; b < 256; b++) {
      piece("<0x%02X>".formatted(b), 0, BYTE);
    }
    return trainer(35, 1);
  }

  /** A number of the trainer's part: 3 model type, 24 blanks behind, 35 byte fallback. */
  PieceFile trainer(int field, int value) {
    return part(2, field, value);
  }

  /** A switch of the normalizer's part: 3 dummy prefix, 4 extra blanks removed, 5 escaped. */
  PieceFile normalizer(int field, int value) {
    return part(3, field, value);
  }

  PieceFile charsMap(byte[] map) {
    ByteArrayOutputStream spec = new ByteArrayOutputStream();
    field(spec, 2, map);
    field(file, 3, spec.toByteArray());
    return this;
  }

  byte[] bytes() {
    field(file, 2, new byte[0]);
    field(file, 3, new byte[0]);
    return file.toByteArray();
  }

  private PieceFile part(int part, int field, int value) {
    ByteArrayOutputStream spec = new ByteArrayOutputStream();
    field(spec, field, value);
    field(file, part, spec.toByteArray());
    return this;
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] value) {
    varint(out, (number << 3) | 2);
    varint(out, value.length);
    out.writeBytes(value);
  }

  private static void field(ByteArrayOutputStream out, int number, int value) {
    varint(out, number << 3);
    varint(out, value);
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest > 0x7f) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
