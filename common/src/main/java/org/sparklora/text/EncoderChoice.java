package org.sparklora.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.sparklora.text.SharedTokenizers.Shelf;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;
import org.sparklora.text.json.TokenizerJson;
import org.sparklora.text.sentencepiece.SentencePieceFile;

/**
 * Chooses the encoder for a tokenizer file: our own, or the published library if the file uses a
 * feature that ours does not implement.
 */
final class EncoderChoice {
  private static final Pattern TIKTOKEN = Pattern.compile("([A-Za-z0-9+/]+=* \\d+\r?\n?)+");
  private static final int HEAD = 2000; // bytes, some hundred lines
  private static final int MAX_PART = 200; // characters; a normalizer may hold a large table

  private final SharedTokenizers<TokenizerJson> tokenizerJsons =
      new SharedTokenizers<>(TokenizerJson::read, TokenizerJson::encoder);
  private final SharedTokenizers<SentencePieceFile> sentencePieces =
      new SharedTokenizers<>(SentencePieceFile::read, SentencePieceFile::encoder);
  private final CompletedFiles completedFiles = new CompletedFiles();
  private final Notes notes;

  /** One note per file that is left to the library. */
  EncoderChoice(Notes notes) {
    this.notes = notes;
  }

  /** A tokenizer file as parsed, and the codec chosen for it. */
  record Opened<F>(F file, TextCodec codec) {}

  Opened<TokenizerJson> tokenizerJson(HashedFile file) {
    return open(tokenizerJsons, file, json -> LibraryTokenizerJson.open(file, json.outline()));
  }

  /** The file as parsed, without an encoder. */
  TokenizerJson parsed(HashedFile tokenizerJson) {
    return shelf(tokenizerJsons, tokenizerJson).file();
  }

  CompletedFiles completedFiles() {
    return completedFiles;
  }

  Opened<SentencePieceFile> sentencePiece(HashedFile file) {
    return open(sentencePieces, file, pieces -> LibrarySentencePiece.open(file, pieces));
  }

  SentencePieceFile parsedPieces(HashedFile file) {
    return shelf(sentencePieces, file).file();
  }

  private <F> Opened<F> open(
      SharedTokenizers<F> shared, HashedFile file, Function<F, TextCodec> library) {
    Shelf<F> shelf = shelf(shared, file);
    try {
      return new Opened<>(shelf.file(), shelf.borrow());
    } catch (UnsupportedTokenizer e) {
      tell(file.path(), e);
      return new Opened<>(shelf.file(), library.apply(shelf.file()));
    }
  }

  private static <F> Shelf<F> shelf(SharedTokenizers<F> shared, HashedFile file) {
    if (isTiktoken(file.bytes())) {
      throw TokenizerFolder.tiktoken(file.path());
    }
    try {
      return shared.of(file);
    } catch (IOException e) {
      throw TokenizerFolder.damaged(file.path(), e);
    }
  }

  /** Lines of a token in Base64 and its rank, from the first to the last whole one of its head. */
  private static boolean isTiktoken(byte[] file) {
    String head = new String(file, 0, Math.min(file.length, HEAD), StandardCharsets.ISO_8859_1);
    String lines = file.length > HEAD ? head.substring(0, head.lastIndexOf('\n') + 1) : head;
    return TIKTOKEN.matcher(lines).matches();
  }

  private void tell(Path file, UnsupportedTokenizer e) {
    String part = e.getMessage();
    String shown = part.length() > MAX_PART ? part.substring(0, MAX_PART) + "\u2026" : part;
    notes.tell(
        "The tokenizer %s goes to the published library, which is slower, because our own encoder does not know its %s."
            .formatted(file, shown));
  }
}
