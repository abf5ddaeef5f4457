package org.sparklora.predict;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Continues prompts in batches of similar length; a row ends with the end token or at the limit.
 * Greedy rows may propose how they go on; what the model would not have chosen is taken back.
 */
final class Generator {
  private final DecodingModel model;
  private final GenerationSettings settings;
  private final Sampler sampler;
  private final int endOfSequence;
  private LookupCounts counts = LookupCounts.NONE;

  Generator(DecodingModel model, GenerationSettings settings, int endOfSequence) {
    this.model = model;
    this.settings = settings;
    this.sampler = new Sampler(settings);
    this.endOfSequence = endOfSequence;
  }

  /** A prompt as ids, at least one, and the dense index of its row in the whole input. */
  record Request(long row, int[] prompt) {}

  /** The new ids of each request, in the order of the requests, the end token included. */
  List<int[]> generate(List<Request> requests) {
    int[][] answers = new int[requests.size()][];
    int[] byLength =
        IntStream.range(0, requests.size())
            .boxed()
            .sorted(Comparator.comparing(i -> -requests.get(i).prompt().length))
            .mapToInt(i -> i)
            .toArray();
    for (int from = 0; from < byLength.length; from += settings.batchSize()) {
      int to = Math.min(byLength.length, from + settings.batchSize());
      int[] places = Arrays.copyOfRange(byLength, from, to);
      List<GrowingAnswer> batch = decoded(Arrays.stream(places).mapToObj(requests::get).toList());
      for (int i = 0; i < places.length; i++) {
        answers[places[i]] = batch.get(i).ids();
      }
    }
    return Arrays.asList(answers);
  }

  /** What came of all proposals so far. */
  LookupCounts counts() {
    return counts;
  }

  private List<GrowingAnswer> decoded(List<Request> requests) {
    int[][] prompts = requests.stream().map(Request::prompt).toArray(int[][]::new);
    List<GrowingAnswer> batch =
        requests.stream().map(r -> new GrowingAnswer(r.row(), r.prompt(), settings)).toList();
    try (Decoding decoding = model.begin(prompts, settings.maxNewTokens())) {
      List<GrowingAnswer> rows = batch;
      while (!rows.isEmpty()) {
        rows = step(decoding, rows);
      }
    }
    return batch;
  }

  /** One or more tokens for each row; the rows that go on. */
  private List<GrowingAnswer> step(Decoding decoding, List<GrowingAnswer> rows) {
    int[] chosen = choose(decoding, rows);
    int[] stay = new int[rows.size()];
    int from = 0;
    for (int i = 0; i < stay.length; i++) {
      GrowingAnswer row = rows.get(i);
      int size = row.stepSize();
      stay[i] = row.take(chosen, from, endOfSequence);
      counts = counts.plus(size, stay[i]);
      from += size;
    }
    int[] going = IntStream.range(0, stay.length).filter(i -> !rows.get(i).hasEnded()).toArray();
    List<GrowingAnswer> rest = Arrays.stream(going).mapToObj(rows::get).toList();
    if (going.length > 0) {
      decoding.keep(going, Arrays.stream(going).map(i -> stay[i]).toArray());
      decoding.advance(rest.stream().map(GrowingAnswer::next).toArray(int[][]::new));
    }
    return rest;
  }

  private int[] choose(Decoding decoding, List<GrowingAnswer> rows) {
    if (settings.isGreedy()) {
      return decoding.likeliest();
    }
    float[] logits = decoding.logits();
    int vocabulary = logits.length / rows.size();
    return IntStream.range(0, rows.size())
        .map(
            i -> {
              GrowingAnswer row = rows.get(i);
              return sampler.choose(logits, i * vocabulary, vocabulary, row.row(), row.count());
            })
        .toArray();
  }
}
