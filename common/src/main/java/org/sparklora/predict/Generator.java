package org.sparklora.predict;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.sparklora.generation.GenerationSettings;
import org.sparklora.generation.TokenChooser;
import org.sparklora.model.Decoding;

/**
 * Continues prompts in one batch, longest first; a row ends with an end token, before a stop text
 * or at the limit, and the next ones take the slots that become free. Greedy rows may draft how
 * they go on; what the model would not have chosen is taken back.
 */
final class Generator {
  /** A batch reads more prompts when this part of its slots is free. */
  private static final int ROOM_FOR_PROMPTS = 8;

  private final DecodingModel model;
  private final GenerationSettings settings;
  private final TokenChooser chooser;
  private final AnswerEnd end;
  private DraftCounts counts = DraftCounts.NONE;

  Generator(DecodingModel model, GenerationSettings settings, AnswerEnd end) {
    this.model = model;
    this.settings = settings;
    this.chooser = new TokenChooser(settings);
    this.end = end;
  }

  /** A prompt as ids, at least one, and the dense index of its row in the whole input. */
  record Request(long row, int[] prompt) {}

  /** The new ids of each request, in the order of the requests, the end token included. */
  List<int[]> generate(List<Request> requests) {
    List<Sequence> sequences =
        requests.stream().map(r -> new Sequence(r.row(), r.prompt(), settings)).toList();
    Deque<Sequence> waiting =
        sequences.stream()
            .sorted(Comparator.comparing(sequence -> -sequence.prompt().length))
            .collect(Collectors.toCollection(ArrayDeque::new));
    try (Decoding decoding = model.begin(Math.min(settings.batchSize(), requests.size()))) {
      List<Sequence> rows = joined(decoding, List.of(), waiting);
      while (!rows.isEmpty()) {
        rows = step(decoding, rows, waiting);
      }
    }
    return sequences.stream().map(Sequence::ids).toList();
  }

  /** What came of all drafts so far. */
  DraftCounts counts() {
    return counts;
  }

  /** Takes what the model chose and goes one step on; the rows of that step. */
  private List<Sequence> step(Decoding decoding, List<Sequence> rows, Deque<Sequence> waiting) {
    int[] stay = take(choose(decoding, rows), rows);
    int[] order = withoutHoles(rows);
    List<Sequence> rest = Arrays.stream(order).mapToObj(rows::get).toList();
    decoding.keep(order, Arrays.stream(order).map(i -> stay[i]).toArray());
    if (hasRoom(rest.size()) && !waiting.isEmpty()) {
      return joined(decoding, rest, waiting);
    }
    if (!rest.isEmpty()) {
      decoding.advance(rest.stream().map(Sequence::next).toArray(int[][]::new));
    }
    return rest;
  }

  /** How many tokens of the step each row keeps. */
  private int[] take(int[] chosen, List<Sequence> rows) {
    int[] stay = new int[rows.size()];
    int from = 0;
    for (int i = 0; i < stay.length; i++) {
      int size = rows.get(i).stepSize();
      if (size > 0) {
        stay[i] = rows.get(i).take(chosen, from, end);
        counts = counts.plus(size, stay[i]);
      }
      from += size;
    }
    return stay;
  }

  /** The rows that go on, the last ones in the slots of those that ended. */
  private static int[] withoutHoles(List<Sequence> rows) {
    int[] going = IntStream.range(0, rows.size()).filter(i -> !rows.get(i).hasEnded()).toArray();
    int[] order = new int[going.length];
    int last = going.length;
    for (int i = 0; i < order.length; i++) {
      order[i] = rows.get(i).hasEnded() ? going[--last] : i;
    }
    return order;
  }

  /** Prompts are read several at once, so not for every slot that becomes free. */
  private boolean hasRoom(int rows) {
    int free = settings.batchSize() - rows;
    return rows == 0 || free * ROOM_FOR_PROMPTS >= settings.batchSize();
  }

  private List<Sequence> joined(Decoding decoding, List<Sequence> rows, Deque<Sequence> waiting) {
    List<Sequence> fresh = new ArrayList<>();
    while (rows.size() + fresh.size() < settings.batchSize() && !waiting.isEmpty()) {
      fresh.add(waiting.poll());
    }
    if (!fresh.isEmpty()) {
      decoding.join(fresh.stream().map(Sequence::prompt).toArray(int[][]::new));
    }
    List<Sequence> all = new ArrayList<>(rows);
    all.addAll(fresh);
    return all;
  }

  /** For each token of the step the one behind it, if the draft is right up to there. */
  private int[] choose(Decoding decoding, List<Sequence> rows) {
    List<Sequence> stepping = rows.stream().filter(row -> row.stepSize() > 0).toList();
    if (stepping.stream().noneMatch(row -> chooser.needsLogits(row.count()))) {
      return decoding.likeliest();
    }
    float[] logits = decoding.logits();
    int[] chosen = new int[stepping.stream().mapToInt(Sequence::stepSize).sum()];
    int vocabulary = logits.length / chosen.length;
    int token = 0;
    for (Sequence row : stepping) {
      for (int i = 0; i < row.stepSize(); i++, token++) {
        chosen[token] = chooser.choose(logits, token * vocabulary, vocabulary, row.nextToken(i));
      }
    }
    return chosen;
  }
}
