package org.sparklora.serve;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.sparklora.answer.Answering;

/** Counters of a server, in Prometheus' text format. */
final class Metrics {
  private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
  private final Map<String, LongAdder> finishes = new ConcurrentSkipListMap<>();
  private final LongAdder promptTokens = new LongAdder();
  private final LongAdder newTokens = new LongAdder();

  void request(String path, int status) {
    String labels = "path=\"%s\",code=\"%d\"".formatted(path, status);
    requests.computeIfAbsent(labels, key -> new LongAdder()).increment();
  }

  void answer(String finish, int prompt, int fresh) {
    finishes.computeIfAbsent("finish=\"" + finish + "\"", key -> new LongAdder()).increment();
    promptTokens.add(prompt);
    newTokens.add(fresh);
  }

  String text(Answering answering) {
    StringBuilder text = new StringBuilder();
    family(text, "requests_total", "Requests by path and status.", requests);
    family(text, "answers_total", "Answers by how they ended.", finishes);
    one(text, "prompt_tokens_total", "counter", "Tokens of prompts.", promptTokens.sum());
    one(text, "completion_tokens_total", "counter", "Tokens of answers.", newTokens.sum());
    one(text, "batch_rows", "gauge", "Questions that are answered now.", answering.running());
    one(text, "queue_rows", "gauge", "Questions that wait.", answering.waiting());
    one(
        text,
        "batch_limit",
        "gauge",
        "Most questions answered at once.",
        answering.setup().generation().batchSize());
    return text.toString();
  }

  private static void family(
      StringBuilder text, String name, String help, Map<String, LongAdder> values) {
    head(text, name, "counter", help);
    values.forEach(
        (labels, count) ->
            text.append("sparklora_%s{%s} %d\n".formatted(name, labels, count.sum())));
  }

  private static void one(StringBuilder text, String name, String type, String help, long value) {
    head(text, name, type, help);
    text.append("sparklora_%s %d\n".formatted(name, value));
  }

  private static void head(StringBuilder text, String name, String type, String help) {
    text.append(
        "# HELP sparklora_%s %s\n# TYPE sparklora_%s %s\n".formatted(name, help, name, type));
  }
}
