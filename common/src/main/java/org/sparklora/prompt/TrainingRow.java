package org.sparklora.prompt;

import java.util.List;

/** What a model is trained on as one row, and which parts of it are labels, in their order. */
public record TrainingRow(List<Segment> segments, List<LabelSpan> labels) {
  public TrainingRow {
    segments = List.copyOf(segments);
    labels = List.copyOf(labels);
  }
}
