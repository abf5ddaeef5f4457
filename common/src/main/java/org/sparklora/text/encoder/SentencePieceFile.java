package org.sparklora.text.encoder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a SentencePiece {@code tokenizer.model} says about encoding. */
final class SentencePieceFile {
  // ModelProto { pieces = 1; trainer_spec = 2; normalizer_spec = 3; }
  // TrainerSpec { model_type = 3; treat_whitespace_as_suffix = 24; byte_fallback = 35; }
  // NormalizerSpec { precompiled_charsmap = 2; add_dummy_prefix = 3; remove_extra_whitespaces = 4;
  //                  escape_whitespaces = 5; }
  private static final int UNIGRAM = 1;
  private static final int BPE = 2;
  private static final int MAX_PIECE = 1000; // characters

  /** The numbers are those of the file, from 1 on. */
  enum Kind {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE;

    /** Whether text becomes this piece because it reads so. */
    boolean isText() {
      return this == NORMAL || this == USER_DEFINED;
    }
  }

  record Piece(String text, float score, Kind kind) {}

  final List<Piece> pieces = new ArrayList<>();
  private int modelType = UNIGRAM;
  private boolean blanksBehind;
  private boolean escapesBlanks = true;
  boolean byteFallback;
  byte[] charsMap = {};
  boolean addsDummyPrefix = true;
  boolean removesExtraBlanks = true;

  private SentencePieceFile() {}

  static SentencePieceFile read(byte[] file) throws IOException, UnsupportedTokenizer {
    SentencePieceFile model = new SentencePieceFile();
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
    if (!parts.containsAll(List.of(1, 2, 3))) {
      throw new IOException("it ends before its trainer_spec and normalizer_spec");
    }
    model.check();
    return model;
  }

  boolean isUnigram() {
    return modelType == UNIGRAM;
  }

  private void readPiece(ProtocolBuffer message) throws IOException, UnsupportedTokenizer {
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
    need(text.length() > 0 && text.length() <= MAX_PIECE, "piece of length", text.length());
    need(text.indexOf('\0') < 0 && text.indexOf('\ufffd') < 0, "piece", text);
    need(kind >= 1 && kind <= Kind.values().length, "piece of kind", kind);
    pieces.add(new Piece(text, score, Kind.values()[(int) kind - 1]));
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

  private void check() throws UnsupportedTokenizer {
    need(modelType == UNIGRAM || modelType == BPE, "model_type", modelType);
    need(!blanksBehind, "treat_whitespace_as_suffix", true);
    need(escapesBlanks, "escape_whitespaces", false);
    for (Piece piece : pieces) {
      need(modelType == UNIGRAM || piece.kind() != Kind.UNUSED, "unused piece", piece.kind());
    }
  }

  private static void need(boolean condition, String part, Object found)
      throws UnsupportedTokenizer {
    if (!condition) {
      throw new UnsupportedTokenizer(part + " " + found);
    }
  }
}
