package org.sparklora.metric;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The figures of one logged step.
 *
 * @param time in seconds since 1970
 * @param figures by tag
 */
public record LoggedStep(long step, double time, Map<String, Double> figures) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public LoggedStep {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  /** Logged at this moment. */
  public static LoggedStep now(long step, Map<String, Double> figures) {
    return new LoggedStep(step, Instant.now().toEpochMilli() / 1000.0, figures);
  }

  /** What {@link #json} wrote; nothing where it is no such object. */
  public static Optional<LoggedStep> of(String json) {
    try {
      JsonNode node = JSON.readTree(json);
      if (!node.path("step").isIntegralNumber()) {
        return Optional.empty();
      }
      Map<String, Double> figures = new LinkedHashMap<>();
      node.properties().forEach(f -> figures.put(f.getKey(), number(f.getValue())));
      figures.remove("step");
      figures.remove("time");
      return Optional.of(
          new LoggedStep(node.get("step").asLong(), node.path("time").asDouble(), figures));
    } catch (JsonProcessingException cutShort) {
      return Optional.empty();
    }
  }

  /** One line: step, time, then the figures; NaN as the string "NaN". */
  public String json() {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", step);
    line.put("time", time);
    line.putAll(figures);
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of numbers is always JSON", e);
    }
  }

  /** The figures of this and of another entry of the same step. */
  LoggedStep and(LoggedStep other) {
    Map<String, Double> both = new LinkedHashMap<>(figures);
    both.putAll(other.figures);
    return new LoggedStep(step, other.time, both);
  }

  private static double number(JsonNode value) {
    return switch (value.asText()) {
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> value.isNumber() ? value.asDouble() : Double.NaN;
    };
  }

  /** NaN where there is none. */
  public double figure(String tag) {
    return figures.getOrDefault(tag, Double.NaN);
  }
}
