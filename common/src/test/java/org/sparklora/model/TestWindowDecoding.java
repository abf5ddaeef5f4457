package org.sparklora.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers with a window: decoding with a cache gives the logits of the whole row. */
class TestWindowDecoding {
  /** Of each row: steps of one token, of different and of equally many tokens. */
  private static final int[][] STEP_SIZES = {{1, 1, 1}, {4, 1, 2}, {3, 3, 3}, {1, 5, 1}, {1, 1, 1}};

  private static final int[] PROMPTS = {3, 70, 24};

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "mistral, 1", "mistral, 5", "mistral, 24", "mistral, 90",
    "phi3, 6", "qwen2, 16", "qwen3, 33", "gemma3_text, 4"
  })
  void stepsGiveTheLogitsOfTheWholeRow(String family, int window) throws IOException {
    String model = VariedModel.in(folder, family, config -> window(config, window));
    try (Decoder decoder = VariedModel.decoder(model);
        Decoding decoding = decoder.decode(PROMPTS.length)) {
      int[][] rows =
          Arrays.stream(PROMPTS).mapToObj(length -> ids(0, length)).toArray(int[][]::new);
      decoding.join(rows);
      for (int[] sizes : STEP_SIZES) {
        int[][] tokens = new int[rows.length][];
        for (int i = 0; i < rows.length; i++) {
          tokens[i] = ids(rows[i].length, sizes[i]);
          rows[i] = ids(0, rows[i].length + sizes[i]);
        }
        decoding.advance(tokens);
        compare(decoder, rows, sizes, decoding.logits());
      }
    }
  }

  /**
   * Rows that are moved in their caches, take drafts back, leave and join go on as whole rows do.
   */
  @ParameterizedTest
  @CsvSource({"mistral, 5", "gemma3_text, 4", "qwen2, 90"})
  void whatAWindowReachesIsKeptOfLongRows(String family, int window) throws IOException {
    String model = VariedModel.in(folder, family, config -> window(config, window));
    try (Decoder decoder = VariedModel.decoder(model);
        DecodingState decoding = (DecodingState) decoder.decode(PROMPTS.length)) {
      int[] lengths = PROMPTS.clone();
      decoding.join(Arrays.stream(lengths).mapToObj(n -> ids(0, n)).toArray(int[][]::new));
      for (int step = 0; step < 60; step++) {
        int[] taken = {1 + step % 4, 4, 1 + step % 2};
        int[][] tokens = new int[lengths.length][];
        for (int i = 0; i < lengths.length; i++) {
          // What is taken back was another token.
          tokens[i] = Arrays.copyOf(ids(lengths[i], taken[i]), taken[i] + step % 3);
          lengths[i] += taken[i];
        }
        decoding.advance(tokens);
        decoding.keep(new int[] {0, 1, 2}, taken);
      }
      decoding.keep(new int[] {1, 2}, new int[] {1, 1});
      decoding.join(new int[][] {ids(0, 150)});
      int[][] rows = {ids(0, lengths[1] + 1), ids(0, lengths[2] + 2), ids(0, 151)};
      int[] sizes = {1, 2, 1};
      decoding.advance(new int[][] {ids(lengths[1], 1), ids(lengths[2], 2), ids(150, 1)});
      compare(decoder, rows, sizes, decoding.logits());
      for (int layer = 0; layer < decoder.spec().size().layers(); layer++) {
        boolean windowed = decoder.spec().window().of(layer) > 0;
        assertEquals(windowed, decoding.capacity(layer) <= window + 64 + 64, "layer " + layer);
      }
    }
  }

  /** A window hides what it has to: the last logits of a long row are those of its end alone. */
  @ParameterizedTest
  @CsvSource({"mistral, 5", "phi3, 6"})
  void nothingBeforeTheWindowsOfAllLayersCounts(String family, int window) throws IOException {
    String model = VariedModel.in(folder, family, config -> window(config, window));
    try (Decoder decoder = VariedModel.decoder(model)) {
      int reach = decoder.spec().size().layers() * (window - 1) + 1;
      int[] one = ids(0, 80);
      int[] other = one.clone();
      Arrays.fill(other, 0, 80 - reach, 7);
      float[][] same = {decoder.logits(one)[79], decoder.logits(other)[79]};
      assertTrue(ParityTable.largest(same[0], same[1]) < 1e-5);
      other[80 - reach] = one[80 - reach] == 7 ? 8 : 7;
      float[] changed = decoder.logits(other)[79];
      assertTrue(ParityTable.largest(same[0], changed) > 1e-5);
    }
  }

  private static void window(ObjectNode config, int window) {
    config.put("sliding_window", window);
    if (config.has("use_sliding_window")) {
      config.put("use_sliding_window", true).put("max_window_layers", 1);
    }
  }

  private static void compare(Decoder decoder, int[][] rows, int[] sizes, float[] logits) {
    int vocabulary = decoder.spec().size().vocabulary();
    int at = 0;
    for (int i = 0; i < rows.length; i++) {
      float[][] whole = decoder.logits(rows[i]);
      for (int j = rows[i].length - sizes[i]; j < rows[i].length; j++, at++) {
        float[] own = Arrays.copyOfRange(logits, at * vocabulary, (at + 1) * vocabulary);
        double off = ParityTable.largest(own, whole[j]);
        assertTrue(off < 5e-5, "row " + i + ", token " + j + " is off by " + off);
      }
    }
  }

  private static int[] ids(int start, int count) {
    return IntStream.range(start, start + count).map(i -> 3 + (i * 37 + i / 5) % 400).toArray();
  }
}
