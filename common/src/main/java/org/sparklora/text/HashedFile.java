package org.sparklora.text;

import java.nio.file.Path;
import org.sparklora.Sha256;

/**
 * The file of a tokenizer's pieces, read once.
 *
 * @param hash of its content, as hex digits
 */
record HashedFile(Path path, byte[] bytes, String hash) {
  static HashedFile read(Path path) {
    byte[] bytes = TokenizerFolder.bytes(path);
    String hash = Sha256.of(bytes).hex();
    return new HashedFile(path, bytes, hash);
  }

  String name() {
    return path.getFileName().toString();
  }
}
