package org.sparklora.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.sparklora.text.encoder.ProtocolBuffer;

/** The pieces of a SentencePiece model file and its rule for blanks at the start of a text. */
final class SentencePieceTable {
  // ModelProto { repeated SentencePiece pieces = 1; NormalizerSpec normalizer_spec = 3; }
  private static final int PIECES = 1;
  private static final int NORMALIZER = 3;
  // NormalizerSpec { bool add_dummy_prefix = 3; bool remove_extra_whitespaces = 4; }
  private static final int DUMMY_PREFIX = 3;
  private static final int REMOVE_EXTRA_BLANKS = 4;

  /** How a piece takes part in decoding; the numbers are those of the file. */
  enum Kind {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE
  }

  record Piece(String text, Kind kind) {}

  private static final SharedParts<SentencePieceTable, IOException> SHARED =
      new SharedParts<>(SentencePieceTable::read);

  private final List<Piece> pieces = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private boolean addsDummyPrefix = true;
  private boolean removesExtraBlanks = true;

  private SentencePieceTable() {}

  static SentencePieceTable of(HashedFile file) {
    try {
      return SHARED.of(file);
    } catch (IOException e) {
      throw TokenizerFolder.damaged(file.path(), e);
    }
  }

  private static SentencePieceTable read(byte[] file) throws IOException {
    SentencePieceTable table = new SentencePieceTable();
    table.readModel(new ProtocolBuffer(ByteBuffer.wrap(file)));
    return table;
  }

  int size() {
    return pieces.size();
  }

  Piece piece(int id) {
    return pieces.get(id);
  }

  OptionalInt id(String piece) {
    Integer id = ids.get(piece);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  boolean addsDummyPrefix() {
    return addsDummyPrefix;
  }

  boolean removesExtraBlanks() {
    return removesExtraBlanks;
  }

  private void readModel(ProtocolBuffer model) throws IOException {
    while (model.next()) {
      switch (model.field()) {
        case PIECES -> readPiece(model.message());
        case NORMALIZER -> readNormalizer(model.message());
        default -> {}
      }
    }
    if (pieces.isEmpty()) {
      throw new IOException("no pieces");
    }
  }

  // SentencePiece { string piece = 1; float score = 2; Type type = 3 (1 to 6, default NORMAL); }
  private void readPiece(ProtocolBuffer message) throws IOException {
    String text = "";
    long kind = 1;
    while (message.next()) {
      switch (message.field()) {
        case 1 -> text = message.text();
        case 3 -> kind = message.number();
        default -> {}
      }
    }
    if (text.isEmpty() || kind < 1 || kind > Kind.values().length) {
      throw new IOException("piece %d has text '%s' and type %d".formatted(size(), text, kind));
    }
    ids.put(text, size());
    pieces.add(new Piece(text, Kind.values()[(int) kind - 1]));
  }

  private void readNormalizer(ProtocolBuffer message) throws IOException {
    while (message.next()) {
      switch (message.field()) {
        case DUMMY_PREFIX -> addsDummyPrefix = message.number() != 0;
        case REMOVE_EXTRA_BLANKS -> removesExtraBlanks = message.number() != 0;
        default -> {}
      }
    }
  }
}
