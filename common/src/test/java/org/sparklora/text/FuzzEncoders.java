package org.sparklora.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.sentencepiece.SpTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.sparklora.text.bytelevel.TokenizerJson;
import org.sparklora.text.encoder.Libraries;
import org.sparklora.text.encoder.RandomText;
import org.sparklora.text.encoder.UnsupportedTokenizer;
import org.sparklora.text.sentencepiece.SentencePieceFile;

/**
 * Encodes random Unicode strings with our encoders and with the published libraries, and stops at
 * the first difference.
 *
 * <pre>SEED COUNT TOKENIZER...</pre>
 *
 * <p>A tokenizer is a {@code tokenizer.json} or a SentencePiece model file. Prints a line for each.
 */
final class FuzzEncoders {
  private static final List<String> SPECIAL =
      List.of(
          "<|im_start|>",
          "<|begin_of_text|>",
          "<|endoftext|>",
          "<|im",
          "[gMASK]",
          "<n>",
          "<|blank_7|>",
          "</s>",
          "<s>",
          "<unk>",
          "<0x41>",
          "\u2581a",
          "\u2581");

  private FuzzEncoders() {}

  public static void main(String[] arguments) throws IOException, UnsupportedTokenizer {
    long seed = Long.parseLong(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    for (String file : Arrays.asList(arguments).subList(2, arguments.length)) {
      fuzz(Path.of(file), seed, count);
    }
  }

  private static void fuzz(Path file, long seed, int count)
      throws IOException, UnsupportedTokenizer {
    byte[] content = Files.readAllBytes(file);
    RandomText random = new RandomText(seed, SPECIAL);
    long tokens = 0;
    try (Pair pair = file.toString().endsWith(".json") ? byteLevel(content) : pieces(content)) {
      for (int n = 0; n < count; n++) {
        String text = random.next();
        int[] ours = pair.ours.apply(text);
        if (!Arrays.equals(pair.library.apply(text), ours)) {
          throw new IllegalStateException(
              "%s, seed %d, string %d differs: %s"
                  .formatted(file, seed, n, RandomText.escaped(text)));
        }
        tokens += ours.length;
      }
    }
    System.out.printf("%s: %d strings, %d tokens, all equal%n", file, count, tokens);
  }

  private record Pair(
      Function<String, int[]> ours, Function<String, int[]> library, Runnable closing)
      implements AutoCloseable {
    @Override
    public void close() {
      closing.run();
    }
  }

  private static Pair byteLevel(byte[] file) throws IOException, UnsupportedTokenizer {
    HuggingFaceTokenizer library = Libraries.tokenizer(file);
    return new Pair(
        TokenizerJson.read(file).encoder()::encode,
        text -> Libraries.ids(library, text),
        library::close);
  }

  private static Pair pieces(byte[] file) throws IOException, UnsupportedTokenizer {
    SpTokenizer library = new SpTokenizer(file);
    return new Pair(
        SentencePieceFile.read(file).encoder()::encode,
        library.getProcessor()::encode,
        library::close);
  }
}
