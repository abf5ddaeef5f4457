package org.sparklora.text.sentencepiece;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.sparklora.text.encoder.UnsupportedTokenizer;
import org.sparklora.text.sentencepiece.Piece.Kind;

/** The protocol-buffer message that a SentencePiece {@code tokenizer.model} is. */
final class ModelProto {
  // ModelProto { repeated SentencePiece pieces = 1; trainer_spec = 2; normalizer_spec = 3; }
  // SentencePiece { string piece = 1; float score = 2; Type type = 3 (1 to 6, default NORMAL); }
  // TrainerSpec { model_type = 3; treat_whitespace_as_suffix = 24; byte_fallback = 35; }
  // NormalizerSpec { precompiled_charsmap = 2; add_dummy_prefix = 3; remove_extra_whitespaces = 4;
  //                  escape_whitespaces = 5; }
  private static final int UNIGRAM = 1;
  private static final int BPE = 2;
  private static final Pattern BYTE = Pattern.compile("<0x[0-9A-F]{2}>");
  private static final int MAX_PIECE = 1000; // characters

  final List<Piece> pieces = new ArrayList<>();
  boolean byteFallback;
  byte[] charsMap = {};
  boolean addsDummyPrefix = true;
  boolean removesExtraBlanks = true;
  private int modelType = UNIGRAM;
  private boolean blanksBehind;
  private boolean escapesBlanks = true;

  private ModelProto() {}

  /** Parses the file without asking whether our encoders implement all of it. */
  static ModelProto read(byte[] file) throws IOException {
    ModelProto model = new ModelProto();
    Set<Integer> parts = new HashSet<>();
    ProtocolBuffer message = new ProtocolBuffer(ByteBuffer.wrap(file));
    while (message.next()) {
      parts.add(message.field());
      switch (message.field()) {
        case 1 -> model.readPiece(message.message());
        case 2 -> model.readTrainer(message.message());
        case 3 -> model.readNormalizer(message.message());
        default -> {}
      }
    }
    if (model.pieces.isEmpty()) {
      throw new IOException("no pieces");
    }
    if (!parts.containsAll(List.of(2, 3))) {
      throw new IOException("it ends before its trainer_spec and normalizer_spec");
    }
    return model;
  }

  boolean isUnigram() {
    return modelType == UNIGRAM;
  }

  /** Refuses, by name, features that our encoders do not implement. */
  void check() throws UnsupportedTokenizer {
    for (Piece piece : pieces) {
      String text = piece.text();
      need(text.length() <= MAX_PIECE, "piece of length", text.length());
      need(text.indexOf('\0') < 0, "piece", text);
    }
    need(modelType == UNIGRAM || modelType == BPE, "model_type", modelType);
    need(!blanksBehind, "treat_whitespace_as_suffix", true);
    need(escapesBlanks, "escape_whitespaces", false);
    for (Piece piece : pieces) {
      need(modelType == UNIGRAM || piece.kind() != Kind.UNUSED, "unused piece", piece.kind());
    }
  }

  private void readPiece(ProtocolBuffer message) throws IOException {
    String text = "";
    float score = 0;
    long kind = 1;
    while (message.next()) {
      switch (message.field()) {
        case 1 -> text = message.text();
        case 2 -> score = message.decimal();
        case 3 -> kind = message.number();
        default -> {}
      }
    }
    if (text.isEmpty() || !Kind.has(kind) || !isByte(text, Kind.of(kind))) {
      throw new IOException(
          "piece %d has text '%s' and type %d".formatted(pieces.size(), text, kind));
    }
    pieces.add(new Piece(text, score, Kind.of(kind)));
  }

  private static boolean isByte(String text, Kind kind) {
    return kind != Kind.BYTE || BYTE.matcher(text).matches();
  }

  private void readTrainer(ProtocolBuffer message) throws IOException {
    while (message.next()) {
      switch (message.field()) {
        case 3 -> modelType = (int) message.number();
        case 24 -> blanksBehind = message.number() != 0;
        case 35 -> byteFallback = message.number() != 0;
        default -> {}
      }
    }
  }

  private void readNormalizer(ProtocolBuffer message) throws IOException {
    while (message.next()) {
      switch (message.field()) {
        case 2 -> charsMap = message.bytes();
        case 3 -> addsDummyPrefix = message.number() != 0;
        case 4 -> removesExtraBlanks = message.number() != 0;
        case 5 -> escapesBlanks = message.number() != 0;
        default -> {}
      }
    }
  }

  private static void need(boolean condition, String part, Object found)
      throws UnsupportedTokenizer {
    if (!condition) {
      throw new UnsupportedTokenizer(part + " " + found);
    }
  }
}
