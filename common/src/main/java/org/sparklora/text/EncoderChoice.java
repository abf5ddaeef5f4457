package org.sparklora.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/**
 * Chooses the encoder of a tokenizer file: our own, or the published library where the file has a
 * part that ours does not know.
 *
 * @param log takes one message for each file that goes to the library
 */
record EncoderChoice(Consumer<String> log, Set<Path> told) {
  EncoderChoice(Consumer<String> log) {
    this(log, ConcurrentHashMap.newKeySet());
  }

  TextCodec tokenizerJson(HashedFile file) {
    try {
      return OwnTokenizerJson.open(file);
    } catch (UnsupportedTokenizer e) {
      tell(file.path(), e);
      return LibraryTokenizerJson.open(file.path());
    } catch (IOException e) {
      throw TokenizerFolder.damaged(file.path(), e);
    }
  }

  TextCodec sentencePiece(HashedFile file, SentencePieceTable table) {
    SentencePieceDecoding decoding = new SentencePieceDecoding(table);
    try {
      return OwnSentencePiece.open(file, decoding);
    } catch (UnsupportedTokenizer e) {
      tell(file.path(), e);
      return LibrarySentencePiece.open(file, decoding);
    } catch (IOException e) {
      throw TokenizerFolder.damaged(file.path(), e);
    }
  }

  private void tell(Path file, UnsupportedTokenizer e) {
    if (told.add(file.toAbsolutePath())) {
      log.accept(
          "The tokenizer %s goes to the published library, which is slower, because our own encoder does not know its %s."
              .formatted(file, e.getMessage()));
    }
  }
}
