package org.sparklora.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.sentencepiece.SpTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.sparklora.text.encoder.Libraries;
import org.sparklora.text.encoder.RandomText;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;
import org.sparklora.text.json.TokenizerJson;
import org.sparklora.text.sentencepiece.SentencePieceFile;

/**
 * Encodes random Unicode strings with our encoders and with the published libraries, decodes the
 * ids again, and stops at the first difference.
 *
 * <pre>SEED COUNT TOKENIZER...</pre>
 *
 * <p>A tokenizer is a {@code tokenizer.json} or a SentencePiece model file, whose library's binding
 * cannot decode characters beyond the basic plane, so that is left out there. Prints a JSON line
 * for each; a file that our encoders leave to the library is said and passed over.
 */
final class FuzzEncoders {
  private static final ObjectMapper JSON = new ObjectMapper();
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

  public static void main(String[] arguments) throws IOException {
    long seed = Long.parseLong(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    for (String name : Arrays.asList(arguments).subList(2, arguments.length)) {
      byte[] file = Files.readAllBytes(Path.of(name));
      boolean json = name.endsWith(".json");
      RandomText texts = new RandomText(seed, json ? special(file) : SPECIAL);
      try (Pair pair = json ? json(file) : pieces(file)) {
        long tokens = fuzz(name, pair, texts, count);
        print(name, line -> line.put("equal_strings", count).put("tokens", tokens));
      } catch (UnsupportedTokenizer e) {
        print(name, line -> line.put("left_to_the_library", e.getMessage()));
      }
    }
  }

  private static void print(String tokenizer, Consumer<ObjectNode> what) {
    ObjectNode line = JSON.createObjectNode().put("tokenizer", tokenizer);
    what.accept(line);
    System.out.println(line);
  }

  private static long fuzz(String name, Pair pair, RandomText texts, int count) {
    long tokens = 0;
    for (int n = 0; n < count; n++) {
      String text = texts.next();
      int[] ids = pair.ours.encode(text);
      boolean same =
          Arrays.equals(pair.library.apply(text), ids)
              && pair.decoded.apply(ids).equals(pair.ours.decode(ids));
      if (!same) {
        throw new IllegalStateException(
            "%s, string %d differs: %s".formatted(name, n, RandomText.escaped(text)));
      }
      tokens += ids.length;
    }
    return tokens;
  }

  /** The usual ones and those that the file adds. */
  private static List<String> special(byte[] file) throws IOException {
    List<String> special = new ArrayList<>(SPECIAL);
    for (JsonNode token : JSON.readTree(file).path("added_tokens")) {
      special.add(token.path("content").asText());
    }
    return special;
  }

  private record Pair(
      TextCodec ours,
      Function<String, int[]> library,
      Function<int[], String> decoded,
      Runnable closing)
      implements AutoCloseable {
    @Override
    public void close() {
      closing.run();
    }
  }

  private static Pair json(byte[] file) throws IOException, UnsupportedTokenizer {
    TextCodec ours = TokenizerJson.read(file).encoder();
    HuggingFaceTokenizer library = Libraries.tokenizer(file);
    return new Pair(
        ours,
        text -> Libraries.ids(library, text),
        ids -> ids.length == 0 ? "" : library.decode(Libraries.longs(ids), true),
        library::close);
  }

  private static Pair pieces(byte[] file) throws IOException, UnsupportedTokenizer {
    TextCodec ours = SentencePieceFile.read(file).encoder();
    SpTokenizer library = new SpTokenizer(file);
    return new Pair(ours, library.getProcessor()::encode, ours::decode, library::close);
  }
}
