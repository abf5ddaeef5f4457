package org.sparklora.predict;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.sparklora.generation.GenerationSettings;

/**
 * Continues prompts in one batch, longest first; a row ends with an end token, before a stop text
 * or at the limit, and the next ones take the slots that become free. Greedy rows may draft how
 * they go on; what the model would not have chosen is taken back.
 */
final class Generator {
  /** A batch reads more prompts when this part of its slots is free. */
  private static final int ROOM_FOR_PROMPTS = 8;

  private final DecodingModel model;
  private final int batchSize;
  private final AnswerRules rules;
  private final IntConsumer ended;
  private DraftCounts counts = DraftCounts.NONE;

  /**
   * @param mostRows that are decoded together
   */
  Generator(DecodingModel model, GenerationSettings settings, AnswerEnd end, int mostRows) {
    this(model, settings, end, mostRows, rows -> {});
  }

  /**
   * @param ended hears of rows as they end
   */
  Generator(
      DecodingModel model,
      GenerationSettings settings,
      AnswerEnd end,
      int mostRows,
      IntConsumer ended) {
    this.model = model;
    this.ended = ended;
    this.batchSize = mostRows;
    this.rules = new AnswerRules(settings, end);
  }

  /**
   * A prompt as ids, at least one, and the dense index of its row in the whole input.
   *
   * @param shares how much of each rank of the model's adapters it takes; null for none
   */
  record Request(long row, int[] prompt, float[] shares) {
    Request(long row, int[] prompt) {
      this(row, prompt, null);
    }
  }

  /** The new ids of each request, in the order of the requests, the end token included. */
  List<int[]> generate(List<Request> requests) {
    List<Sequence> sequences =
        requests.stream().map(r -> new Sequence(r.row(), r.prompt(), r.shares(), rules)).toList();
    Deque<Sequence> waiting =
        sequences.stream()
            .sorted(Comparator.comparing(sequence -> -sequence.prompt().length))
            .collect(Collectors.toCollection(ArrayDeque::new));
    try (RowBatch batch = new RowBatch(model, Math.min(batchSize, requests.size()))) {
      while (!waiting.isEmpty() || batch.size() > 0) {
        goOn(batch, waiting);
        int before = batch.size();
        batch.take();
        ended.accept(before - batch.size());
      }
      counts = counts.plus(batch.counts());
    }
    return sequences.stream().map(Sequence::ids).toList();
  }

  /** What came of all drafts so far. */
  DraftCounts counts() {
    return counts;
  }

  /** Prompts are read several at once, so not for every slot that becomes free. */
  private void goOn(RowBatch batch, Deque<Sequence> waiting) {
    int free = batchSize - batch.size();
    boolean hasRoom = batch.size() == 0 || free * ROOM_FOR_PROMPTS >= batchSize;
    if (waiting.isEmpty() || !hasRoom) {
      batch.advance();
      return;
    }
    List<Sequence> fresh = new ArrayList<>();
    while (fresh.size() < free && !waiting.isEmpty()) {
      fresh.add(waiting.poll());
    }
    batch.join(fresh);
  }
}
