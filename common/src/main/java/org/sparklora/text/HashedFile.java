package org.sparklora.text;

import java.nio.file.Path;
import java.util.HexFormat;

/**
 * The file of a tokenizer's pieces, read once.
 *
 * @param hash of its content, as hex digits
 */
record HashedFile(Path path, byte[] bytes, String hash) {
  static HashedFile read(Path path) {
    byte[] bytes = TokenizerFolder.bytes(path);
    String hash = HexFormat.of().formatHex(TokenizerFolder.sha256().digest(bytes));
    return new HashedFile(path, bytes, hash);
  }

  String name() {
    return path.getFileName().toString();
  }
}
