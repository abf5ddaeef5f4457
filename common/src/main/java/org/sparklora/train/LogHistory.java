package org.sparklora.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.sparklora.evaluation.Evaluation;
import org.sparklora.train.LossHistory.Entry;

/**
 * {@code log_history} of {@code trainer_state.json}: what was logged of training and of
 * evaluations, by step, of a step the training first. Times are not in it, so that a resumed run
 * writes what an unbroken one does.
 */
final class LogHistory {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVAL_LOSS = "eval_loss";

  private LogHistory() {}

  static List<ObjectNode> write(LoopState state) {
    List<ObjectNode> history = new ArrayList<>();
    state.losses.entries().forEach(e -> history.add(node(e)));
    state.judgement.evaluations().forEach(e -> history.add(node(e)));
    history.sort(Comparator.comparingLong(node -> node.get("step").asLong()));
    return history;
  }

  static List<Entry> losses(JsonNode history) {
    List<Entry> entries = new ArrayList<>();
    for (JsonNode node : history) {
      if (!node.has(EVAL_LOSS)) {
        entries.add(entry(node));
      }
    }
    return entries;
  }

  static List<Evaluation> evaluations(JsonNode history) {
    List<Evaluation> evaluations = new ArrayList<>();
    for (JsonNode node : history) {
      if (node.has(EVAL_LOSS)) {
        evaluations.add(evaluation(node));
      }
    }
    return evaluations;
  }

  private static ObjectNode node(Entry entry) {
    ObjectNode node = JSON.createObjectNode();
    node.put("epoch", entry.epoch());
    node.put("grad_norm", entry.gradNorm());
    node.put("learning_rate", entry.learningRate());
    node.put("loss", entry.loss());
    return node.put("step", entry.step());
  }

  private static ObjectNode node(Evaluation evaluation) {
    ObjectNode node = JSON.createObjectNode();
    node.put("epoch", evaluation.epoch());
    node.put(EVAL_LOSS, evaluation.loss());
    node.put("eval_perplexity", evaluation.perplexity());
    node.put("eval_token_accuracy", evaluation.tokenAccuracy());
    return node.put("step", evaluation.step());
  }

  private static Entry entry(JsonNode node) {
    return new Entry(
        node.path("epoch").asDouble(),
        node.path("grad_norm").asDouble(),
        node.path("learning_rate").asDouble(),
        node.path("loss").asDouble(),
        node.path("step").asLong());
  }

  private static Evaluation evaluation(JsonNode node) {
    return new Evaluation(
        node.path("step").asLong(),
        node.path("epoch").asDouble(),
        node.path(EVAL_LOSS).asDouble(),
        node.path("eval_token_accuracy").asDouble());
  }
}
