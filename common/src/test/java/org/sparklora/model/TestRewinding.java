package org.sparklora.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.EachFamily;

/** A row that is taken back and goes on otherwise has the logits of the whole other row. */
class TestRewinding {
  @TempDir Path folder;

  @EachFamily
  void whatComesBehindTheRestIsAsIfAllWereReadAnew(String family) throws IOException {
    String model = VariedModel.in(folder, family, config -> {});
    try (Decoder decoder = VariedModel.decoder(model)) {
      if (decoder.spec().seesPromptBothWays()) {
        return; // its prompts have tokens of their own; what it answers: TestAnswering
      }
      try (Decoding decoding = begun(decoder, 30, 6)) {
        assertTrue(decoding.rewinds());
        assertTrue(decoding.rewind(33));
        goOn(decoder, decoding, 33);
        if (decoder.spec().window().of(0) == 0) {
          assertTrue(decoding.rewind(12));
          goOn(decoder, decoding, 12);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"mistral, 5", "gemma3_text, 4", "phi3, 64"})
  void noFurtherThanAWindowKeeps(String family, int window) throws IOException {
    String model = VariedModel.in(folder, family, config -> window(config, window));
    try (Decoder decoder = VariedModel.decoder(model);
        Decoding decoding = begun(decoder, 100, 6)) {
      assertTrue(decoding.rewind(99), "the prompt but its last token");
      goOn(decoder, decoding, 99);
      assertFalse(decoding.rewind(98));
    }
  }

  /** A prompt of this length, and steps behind it. */
  private static Decoding begun(Decoder decoder, int prompt, int steps) {
    Decoding decoding = decoder.decode(2);
    decoding.join(new int[][] {ids(0, prompt, 0)});
    for (int i = 0; i < steps; i++) {
      decoding.advance(new int[][] {ids(prompt + i, 1, 0)});
      decoding.keep(new int[1], new int[] {1});
    }
    return decoding;
  }

  /** Other tokens, several and one. */
  private static void goOn(Decoder decoder, Decoding decoding, int kept) {
    decoding.advance(new int[][] {ids(kept, 20, 3)});
    decoding.keep(new int[1], new int[] {20});
    decoding.advance(new int[][] {ids(kept + 20, 1, 3)});
    int[] row = Stream.of(ids(0, kept, 0), ids(kept, 21, 3)).flatMapToInt(Arrays::stream).toArray();
    double off = ParityTable.largest(decoding.logits(), decoder.logits(row)[row.length - 1]);
    assertTrue(off < 5e-5, "off by " + off);
    assertEquals(decoder.spec().size().vocabulary(), decoding.logits().length);
  }

  private static void window(ObjectNode config, int window) {
    config.put("sliding_window", window);
  }

  private static int[] ids(int start, int count, int shift) {
    return IntStream.range(start, start + count)
        .map(i -> 3 + shift + (i * 37 + i / 5) % 400)
        .toArray();
  }
}
