package org.sparklora.text;

import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Tokenizer files that the settings beside them complete: made once in this JVM, held softly. */
final class CompletedFiles {
  private record Key(String hash, TokenizerCompletion completion) {}

  private final Map<Key, SoftReference<HashedFile>> made = new HashMap<>();

  synchronized HashedFile of(
      HashedFile file, TokenizerCompletion completion, Supplier<HashedFile> maker) {
    Key key = new Key(file.hash(), completion);
    SoftReference<HashedFile> known = made.get(key);
    HashedFile completed = known == null ? null : known.get();
    if (completed == null) {
      completed = maker.get();
      made.put(key, new SoftReference<>(completed));
    }
    // An equal file may lie elsewhere.
    return new HashedFile(file.path(), completed.bytes(), completed.hash());
  }
}
