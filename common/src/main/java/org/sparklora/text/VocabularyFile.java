package org.sparklora.text;

import java.nio.file.Path;
import java.util.HexFormat;

/**
 * The file of a tokenizer's pieces, read once.
 *
 * @param hash of its content, as hex digits
 */
record VocabularyFile(Path path, byte[] bytes, String hash) {
  static VocabularyFile read(Path path) {
    byte[] bytes = TokenizerFiles.bytes(path);
    String hash = HexFormat.of().formatHex(TokenizerFiles.sha256().digest(bytes));
    return new VocabularyFile(path, bytes, hash);
  }

  String name() {
    return path.getFileName().toString();
  }
}
