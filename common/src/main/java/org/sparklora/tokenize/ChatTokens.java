package org.sparklora.tokenize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.LabelSpans;
import org.sparklora.prompt.EncodedRow;
import org.sparklora.prompt.SegmentEncoder;
import org.sparklora.prompt.TrainingRow;
import org.sparklora.prompt.TrainingRows;

/** Training rows as feature rows, and shorter ones. */
public final class ChatTokens {
  private final SegmentEncoder encoder;

  public ChatTokens(SegmentEncoder encoder) {
    this.encoder = encoder;
  }

  List<FeatureRow> rows(TrainingRows rows) {
    List<FeatureRow> made = new ArrayList<>();
    for (TrainingRow row : rows.rows()) {
      EncodedRow encoded = encoder.encode(row);
      made.add(new FeatureRow(encoded.ids(), spans(encoded.labels())));
    }
    return made;
  }

  private static LabelSpans spans(List<EncodedRow.Label> labels) {
    int[] bounds = new int[2 * labels.size()];
    int used = 0;
    for (EncodedRow.Label label : labels) {
      if (label.start() < label.end()) {
        bounds[used++] = label.start();
        bounds[used++] = label.end();
      }
    }
    return new LabelSpans(Arrays.copyOf(bounds, used));
  }

  /** The first {@code length} ids of a row. */
  static FeatureRow cutAtEnd(FeatureRow row, int length) {
    if (row.length() <= length) {
      return row;
    }
    int[] bounds = new int[2 * row.spans().count()];
    int used = 0;
    for (int i = 0; i < row.spans().count() && row.spans().start(i) < length; i++) {
      bounds[used++] = row.spans().start(i);
      bounds[used++] = Math.min(length, row.spans().end(i));
    }
    return new FeatureRow(
        Arrays.copyOf(row.inputIds(), length), new LabelSpans(Arrays.copyOf(bounds, used)));
  }

  /**
   * A row of one round that lost the end of its answer but not the token behind it; nothing where
   * the prompt alone leaves no room for both.
   */
  Optional<FeatureRow> answerCut(FeatureRow row, int length) {
    if (row.length() <= length) {
      return Optional.of(row);
    }
    LabelSpans spans = row.spans();
    int last = spans.count() - 1;
    if (last < 0 || spans.start(last) > length - 2) {
      return Optional.empty();
    }
    FeatureRow cut = cutAtEnd(row, length);
    cut.inputIds()[length - 1] = row.inputIds()[spans.end(last) - 1];
    return Optional.of(cut);
  }
}
