package org.sparklora.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.json.TokenizerJson;
import org.sparklora.text.sentencepiece.SentencePieceFile;

/**
 * Our side of {@code bench/peers/bench_encoders.py time}, on what its {@code make} wrote: MB/s of
 * UTF-8 on one thread for texts that the encoder has not seen; prints the same JSON lines.
 *
 * <pre>OUT [--runs 5] [--only bpe-8k|bpe-32k|sp-bpe|sp-unigram|sp-json] [--text latin|han]</pre>
 *
 * <p>Every run starts with an encoder of its own, whose caches the first half of the text warms;
 * the second half is timed.
 */
final class BenchmarkEncoders {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> MODELS =
      List.of("bpe-8k", "bpe-32k", "sp-bpe", "sp-unigram", "sp-json");
  private static final List<String> TEXTS = List.of("latin", "han");
  private static final int COMPILE_SECONDS = 3;

  private BenchmarkEncoders() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> flags = new HashMap<>();
    for (int i = 1; i + 1 < arguments.length; i += 2) {
      flags.put(arguments[i].substring(2), arguments[i + 1]);
    }
    Path out = Path.of(arguments[0]);
    int runs = Integer.parseInt(flags.getOrDefault("runs", "5"));
    for (String model : MODELS) {
      for (String text : TEXTS) {
        if (flags.getOrDefault("only", model).equals(model)
            && flags.getOrDefault("text", text).equals(text)) {
          measure(out, model, text, runs);
        }
      }
    }
  }

  private static void measure(Path out, String model, String text, int runs) throws Exception {
    Callable<TextCodec> encoders = encoders(out.resolve(model));
    List<String> lines = Files.readAllLines(out.resolve(text + ".txt"));
    List<String> warm = lines.subList(0, lines.size() / 2);
    List<String> fresh = lines.subList(lines.size() / 2, lines.size());
    double megabytes =
        fresh.stream().mapToInt(s -> s.getBytes(StandardCharsets.UTF_8).length).sum() / 1e6;
    for (long end = System.nanoTime() + COMPILE_SECONDS * 1_000_000_000L;
        System.nanoTime() < end; ) {
      encode(encoders.call(), warm);
    }
    double[] rates = new double[runs];
    long tokens = 0;
    for (int run = 0; run < runs; run++) {
      TextCodec encoder = encoders.call();
      encode(encoder, warm);
      long start = System.nanoTime();
      tokens = encode(encoder, fresh);
      rates[run] = megabytes * 1e9 / (System.nanoTime() - start);
    }
    Arrays.sort(rates);
    ObjectNode line = JSON.createObjectNode().put("peer", model).put("text", text);
    line.put("mb_per_second", rounded(rates[runs / 2])).put("minimum", rounded(rates[0]));
    System.out.println(line.put("maximum", rounded(rates[runs - 1])).put("tokens", tokens));
  }

  /** Reads the folder's tokenizer once; gives encoders with empty caches. */
  private static Callable<TextCodec> encoders(Path folder) throws IOException {
    Path json = folder.resolve("tokenizer.json");
    return Files.exists(json)
        ? TokenizerJson.read(Files.readAllBytes(json))::encoder
        : SentencePieceFile.read(Files.readAllBytes(folder.resolve("tokenizer.model")))::encoder;
  }

  private static long encode(TextCodec encoder, List<String> lines) {
    long tokens = 0;
    for (String line : lines) {
      tokens += encoder.encode(line).length;
    }
    return tokens;
  }

  private static double rounded(double rate) {
    return Math.round(100 * rate) / 100.0;
  }
}
