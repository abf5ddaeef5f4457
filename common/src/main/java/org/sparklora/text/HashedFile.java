package org.sparklora.text;

import java.nio.file.Path;
import org.sparklora.Sha256;

/**
 * A tokenizer's vocabulary file, read once.
 *
 * @param hash SHA-256 of the content in hex
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
