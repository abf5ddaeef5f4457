package org.sparklora.text.encoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Either of our encoders, chosen by the tokenizer file that lies in a folder. */
interface OwnEncoder {
  int[] encode(String text);

  /** Reads the folder's tokenizer once; gives encoders with empty caches. */
  static Supplier<OwnEncoder> in(Path folder) throws IOException, UnsupportedTokenizer {
    Path json = folder.resolve("tokenizer.json");
    if (Files.exists(json)) {
      ByteLevelEncoder first = ByteLevelEncoder.read(Files.readAllBytes(json));
      return () -> first.another()::encode;
    }
    SentencePieceEncoder first =
        SentencePieceEncoder.read(Files.readAllBytes(folder.resolve("tokenizer.model")));
    return () -> first.another()::encode;
  }
}
