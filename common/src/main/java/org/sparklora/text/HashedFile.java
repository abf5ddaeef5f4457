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
    return new HashedFile(path, TokenizerFolder.bytes(path));
  }

  HashedFile(Path path, byte[] bytes) {
    this(path, bytes, Sha256.of(bytes).hex());
  }

  String name() {
    return path.getFileName().toString();
  }
}
