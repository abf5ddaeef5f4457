package org.sparklora.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.sparklora.Fixtures;

/** Greedy decoding of the fixtures' prompts, all in one batch, finished rows dropped on the way. */
public final class GreedyAnswers {
  private GreedyAnswers() {}

  /** {@code which}: {@code base} or {@code adapter}. */
  public static void check(String family, String which, Decoder decoder, Golden golden) {
    JsonNode generation = golden.index().get("generation");
    List<int[]> prompts = new ArrayList<>();
    List<List<Integer>> expected = new ArrayList<>();
    for (JsonNode prompt : generation.get("prompts")) {
      prompts.add(Fixtures.ints(prompt.get("prompt_ids")));
      expected.add(Arrays.stream(Fixtures.ints(prompt.get(which + "_new_ids"))).boxed().toList());
    }
    Set<Integer> stops = golden.stopIds();
    int most = generation.get("max_new_tokens").asInt();
    assertEquals(expected, answers(decoder, prompts, stops, most));
    ParityTable.check(family, "greedy answers with KV cache, " + which, 0, 0);
  }

  static List<List<Integer>> answers(
      Decoder decoder, List<int[]> prompts, Set<Integer> stops, int most) {
    List<List<Integer>> answers = new ArrayList<>();
    prompts.forEach(p -> answers.add(new ArrayList<>()));
    int[] alive = IntStream.range(0, prompts.size()).toArray();
    try (Decoding state = OneTokenSteps.begin(decoder, prompts.toArray(int[][]::new))) {
      for (int step = 0; step < most && alive.length > 0; step++) {
        int[] next = state.likeliest();
        for (int i = 0; i < alive.length; i++) {
          answers.get(alive[i]).add(next[i]);
        }
        int[] kept =
            IntStream.range(0, next.length).filter(i -> !stops.contains(next[i])).toArray();
        if (kept.length < next.length) {
          OneTokenSteps.keep(state, kept);
        }
        alive = chosen(alive, kept);
        if (alive.length > 0) {
          OneTokenSteps.advance(state, chosen(next, kept));
        }
      }
    }
    return answers;
  }

  private static int[] chosen(int[] values, int[] indices) {
    return Arrays.stream(indices).map(i -> values[i]).toArray();
  }
}
