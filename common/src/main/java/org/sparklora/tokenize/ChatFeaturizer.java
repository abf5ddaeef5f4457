package org.sparklora.tokenize;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sparklora.chat.Conversation;
import org.sparklora.corpus.Example;
import org.sparklora.corpus.chat.ChatReader;
import org.sparklora.corpus.chat.ChatRow;
import org.sparklora.feature.FeatureRow;
import org.sparklora.prompt.PromptForm;
import org.sparklora.prompt.PromptRefusal;
import org.sparklora.prompt.RoundCut;
import org.sparklora.prompt.TrainOn;
import org.sparklora.prompt.TrainingRows;

/**
 * Turns conversations into feature rows: one for all answers where the prompt form can, else one
 * for each.
 */
public final class ChatFeaturizer implements RowMaker {
  private static final String TEMPLATE_ERROR = "template_error";
  private static final String NO_PREFIX = "no_prefix";

  private final ChatReader reader;
  private final PromptForm form;
  private final TrainOn trainOn;
  private final ChatTokens tokens;
  private final CutPolicy policy;
  private final int maxLength;
  private final SortedMap<String, Long> tally = new TreeMap<>();

  public ChatFeaturizer(
      ChatReader reader,
      PromptForm form,
      TrainOn trainOn,
      ChatTokens tokens,
      CutPolicy policy,
      int maxLength) {
    this.reader = reader;
    this.form = form;
    this.trainOn = trainOn;
    this.tokens = tokens;
    this.policy = policy;
    this.maxLength = maxLength;
  }

  @Override
  public SortedMap<String, Long> tally() {
    return new TreeMap<>(tally);
  }

  /** The example's prompt is the row's JSON text. */
  @Override
  public RowOutcome featurize(Example row) {
    ChatRow read = reader.read(row.prompt());
    if (read instanceof ChatRow.Bad bad) {
      return new RowOutcome.Refused(bad.fault().word());
    }
    ChatRow.Kept kept = (ChatRow.Kept) read;
    try {
      TrainingRows rows = form.rows(kept.conversation(), kept.learned(), trainOn);
      List<FeatureRow> made = tokens.rows(rows);
      if (made.isEmpty()) {
        return new RowOutcome.Refused(NO_PREFIX);
      }
      RowOutcome outcome = fitted(kept, rows, made);
      if (outcome instanceof RowOutcome.Written written) {
        count(kept, rows, written.rows());
      }
      return outcome;
    } catch (PromptRefusal refusal) {
      return new RowOutcome.Refused(TEMPLATE_ERROR);
    }
  }

  private RowOutcome fitted(ChatRow.Kept kept, TrainingRows rows, List<FeatureRow> made) {
    if (made.stream().allMatch(row -> row.length() <= maxLength)) {
      return new RowOutcome.Written(made, false);
    }
    return switch (policy) {
      case DROP -> new RowOutcome.Dropped();
      case SEED ->
          new RowOutcome.Written(
              made.stream().map(row -> ChatTokens.cutAtEnd(row, maxLength)).toList(), true);
      case KEEP_TARGET -> withoutOldestRounds(kept, rows);
    };
  }

  /** Whole oldest rounds go first; what is still too long loses the end of its answer. */
  private RowOutcome withoutOldestRounds(ChatRow.Kept kept, TrainingRows rows) {
    List<FeatureRow> shorter = new ArrayList<>();
    if (rows.shared()) {
      addCut(kept.conversation(), kept.learned(), trainOn, shorter);
    } else {
      for (int turn : learnedTurns(rows)) {
        addCut(kept.conversation().until(turn + 1), List.of(turn), TrainOn.ALL, shorter);
      }
    }
    return shorter.isEmpty() ? new RowOutcome.Dropped() : new RowOutcome.Written(shorter, true);
  }

  private static List<Integer> learnedTurns(TrainingRows rows) {
    return rows.rows().stream().map(row -> row.labels().get(0).turn()).toList();
  }

  private void addCut(
      Conversation whole, List<Integer> learned, TrainOn on, List<FeatureRow> into) {
    RoundCut cut = RoundCut.fit(whole, part -> longest(part, learned, whole, on), maxLength);
    List<Integer> left = left(cut.kept(), learned);
    for (FeatureRow row : tokens.rows(form.rows(cut.conversation(), left, on))) {
      tokens.answerCut(row, maxLength).ifPresent(into::add);
    }
    add("dropped_rounds", cut.droppedRounds());
  }

  private int longest(Conversation part, List<Integer> learned, Conversation whole, TrainOn on) {
    List<Integer> kept = keptOf(part, whole);
    return tokens.rows(form.rows(part, left(kept, learned), on)).stream()
        .mapToInt(FeatureRow::length)
        .max()
        .orElse(0);
  }

  /** Where the messages of a part stand in the whole, whose later messages it holds. */
  private static List<Integer> keptOf(Conversation part, Conversation whole) {
    List<Integer> kept = new ArrayList<>();
    int at = whole.size();
    for (int i = part.size() - 1; i >= 0; i--) {
      do {
        at--;
      } while (!whole.messages().get(at).equals(part.messages().get(i)));
      kept.add(0, at);
    }
    return kept;
  }

  /** The learned turns that were kept, where they stand now. */
  private static List<Integer> left(List<Integer> kept, List<Integer> learned) {
    return learned.stream().map(kept::indexOf).filter(i -> i >= 0).toList();
  }

  private void count(ChatRow.Kept kept, TrainingRows rows, List<FeatureRow> made) {
    add("conversations", 1);
    add("answers", made.stream().mapToInt(row -> row.spans().count()).sum());
    add("expanded_rows", made.size() - 1L);
    add("joined_turns", kept.mends().joined());
    add("empty_turns", kept.mends().empty());
    add("dropped_turns", kept.mends().dropped());
    add("leading_answers", kept.mends().leading());
    add("generation_prompt_differs", rows.otherPrompts());
    add(NO_PREFIX, rows.withoutPrefix());
  }

  private void add(String name, long count) {
    tally.merge(name, count, Long::sum);
  }
}
