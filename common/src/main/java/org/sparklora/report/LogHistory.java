package org.sparklora.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The log history of a {@code trainer_state.json}, as Hugging Face's Trainer writes it. */
record LogHistory(List<JsonNode> entries, JsonNode best) {
  static final String LOSS = "loss";
  static final String EVALUATION = "eval_loss";
  static final String ACCURACY = "eval_token_accuracy";

  LogHistory {
    entries = List.copyOf(entries);
  }

  static LogHistory of(JsonNode state) {
    List<JsonNode> entries = new ArrayList<>();
    state.path("log_history").forEach(entries::add);
    return new LogHistory(entries, state.path("best_metric"));
  }

  /** The entries of training, by step. */
  List<JsonNode> training() {
    return entries.stream().filter(e -> e.has(LOSS)).toList();
  }

  /** The entries of evaluations, by step. */
  List<JsonNode> evaluations() {
    return entries.stream().filter(e -> e.has(EVALUATION)).toList();
  }

  /** The evaluation that is the best one: as the file says, else the lowest loss. */
  Optional<JsonNode> bestEvaluation() {
    return evaluations().stream()
        .filter(best.isNumber() ? this::isBest : e -> true)
        .reduce((a, b) -> a.get(EVALUATION).asDouble() <= b.get(EVALUATION).asDouble() ? a : b)
        .or(() -> best.isNumber() ? lowest() : Optional.empty());
  }

  Optional<JsonNode> first() {
    return training().stream().findFirst();
  }

  Optional<JsonNode> last() {
    return training().stream().reduce((a, b) -> b);
  }

  private boolean isBest(JsonNode evaluation) {
    Predicate<JsonNode> equal = value -> value.asDouble() == best.asDouble();
    return evaluation.properties().stream()
        .filter(field -> field.getKey().startsWith("eval_"))
        .anyMatch(field -> equal.test(field.getValue()));
  }

  private Optional<JsonNode> lowest() {
    return new LogHistory(entries, com.fasterxml.jackson.databind.node.NullNode.getInstance())
        .bestEvaluation();
  }
}
