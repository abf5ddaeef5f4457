package org.sparklora.predict;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Continues prompts in batches of similar length; a row ends with the end token or at the limit.
 */
final class Generator {
  private final DecodingModel model;
  private final GenerationSettings settings;
  private final Sampler sampler;
  private final int endOfSequence;

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
    List<Integer> byLength =
        IntStream.range(0, requests.size())
            .boxed()
            .sorted(Comparator.comparing(i -> -requests.get(i).prompt().length))
            .toList();
    for (int from = 0; from < byLength.size(); from += settings.batchSize()) {
      int to = Math.min(byLength.size(), from + settings.batchSize());
      List<Row> rows = new ArrayList<>();
      for (int place : byLength.subList(from, to)) {
        rows.add(new Row(requests.get(place), place, settings.maxNewTokens()));
      }
      decode(rows);
      rows.forEach(row -> answers[row.place] = row.answer());
    }
    return Arrays.asList(answers);
  }

  private void decode(List<Row> batch) {
    int[][] prompts = batch.stream().map(r -> r.request.prompt()).toArray(int[][]::new);
    try (Decoding decoding = model.begin(prompts, settings.maxNewTokens())) {
      List<Row> rows = batch;
      while (!rows.isEmpty()) {
        rows = step(decoding, rows);
      }
    }
  }

  /** One more token for each row; the rows that go on. */
  private List<Row> step(Decoding decoding, List<Row> rows) {
    int[] next = choose(decoding, rows);
    int[] going =
        IntStream.range(0, next.length)
            .filter(i -> !rows.get(i).endsWith(next[i], endOfSequence))
            .toArray();
    if (going.length > 0) {
      if (going.length < next.length) {
        decoding.keep(going);
      }
      decoding.advance(Arrays.stream(going).map(i -> next[i]).toArray());
    }
    return Arrays.stream(going).mapToObj(rows::get).toList();
  }

  private int[] choose(Decoding decoding, List<Row> rows) {
    if (settings.isGreedy()) {
      return decoding.likeliest();
    }
    float[] logits = decoding.logits();
    int vocabulary = logits.length / rows.size();
    return IntStream.range(0, rows.size())
        .map(
            i -> {
              Row row = rows.get(i);
              return sampler.choose(
                  logits, i * vocabulary, vocabulary, row.request.row(), row.count);
            })
        .toArray();
  }

  /** An answer in the making. */
  private static final class Row {
    final Request request;
    final int place;
    final int[] ids;
    int count;

    Row(Request request, int place, int maxNewTokens) {
      this.request = request;
      this.place = place;
      this.ids = new int[maxNewTokens];
    }

    boolean endsWith(int id, int endOfSequence) {
      ids[count++] = id;
      return id == endOfSequence || count == ids.length;
    }

    int[] answer() {
      return Arrays.copyOf(ids, count);
    }
  }
}
