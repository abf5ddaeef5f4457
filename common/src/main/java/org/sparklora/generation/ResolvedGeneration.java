package org.sparklora.generation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.sparklora.config.Given;
import org.sparklora.config.TextList;

/**
 * How answers are made, with nothing left open.
 *
 * @param values each decoding value with where it came from, by flag; {@code end_tokens} beside
 */
public record ResolvedGeneration(GenerationSettings settings, Map<String, Given> values) {
  public ResolvedGeneration {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  static ResolvedGeneration of(
      Map<String, Given> values, GenerationChoice choice, ModelDefaults model) {
    boolean ownTexts = choice.stopTexts().isEmpty() && !model.stops().texts().isEmpty();
    Stops stops = ownTexts ? model.stops() : model.stops().with(choice.stopTexts());
    Map<String, Given> all = new LinkedHashMap<>(values);
    all.put("end_tokens", new Given(stops.ids().toString(), "model"));
    all.put(
        "stop",
        ownTexts
            ? new Given(TextList.of(stops.texts()), "model")
            : choice.given().getOrDefault("stop", Given.byDefault(TextList.of(List.of()))));
    return new ResolvedGeneration(settings(all, stops, choice), all);
  }

  private static GenerationSettings settings(
      Map<String, Given> values, Stops stops, GenerationChoice choice) {
    Sampling sampling =
        new Sampling(
            decimal(values, "temperature"),
            whole(values, "top_k"),
            decimal(values, "top_p"),
            choice.seed());
    LogitRules rules =
        new LogitRules(
            decimal(values, "repetition_penalty"),
            whole(values, "min_new_tokens"),
            Boolean.parseBoolean(values.get("begin_suppress_eos").value()));
    return new GenerationSettings(
        whole(values, "max_new_tokens"),
        sampling,
        rules,
        stops,
        choice.batchSize(),
        choice.promptLookupNumTokens());
  }

  private static int whole(Map<String, Given> values, String name) {
    return Integer.parseInt(values.get(name).value());
  }

  private static double decimal(Map<String, Given> values, String name) {
    return Double.parseDouble(values.get(name).value());
  }

  /** One line per value with its origin; without our defaults. */
  public String describe() {
    return values.entrySet().stream()
        .filter(e -> !e.getValue().origin().equals("default"))
        .map(
            e ->
                "\n  %s = %s (%s)"
                    .formatted(e.getKey(), e.getValue().value(), e.getValue().origin()))
        .collect(Collectors.joining("", "decoding settings:", ""));
  }

  /**
   * What decides the answers, by flag; without what changes nothing, so that tables of times before
   * a flag was there are the same.
   */
  public Map<String, String> asMap() {
    Sampling sampling = settings.sampling();
    LogitRules rules = settings.rules();
    Map<String, String> map = new LinkedHashMap<>();
    map.put("max_new_tokens", String.valueOf(settings.maxNewTokens()));
    map.put("temperature", String.valueOf(sampling.temperature()));
    map.put("top_p", String.valueOf(sampling.topP()));
    map.put("seed", settings.isGreedy() ? "" : String.valueOf(sampling.seed()));
    putUnless(map, "top_k", sampling.topK(), 0);
    putUnless(map, "repetition_penalty", rules.repetitionPenalty(), 1.0);
    putUnless(map, "min_new_tokens", rules.minNewTokens(), 0);
    putUnless(map, "begin_suppress_eos", rules.beginSuppressEos(), false);
    putUnless(map, "stop", TextList.of(settings.stops().texts()), TextList.of(List.of()));
    if (settings.stops().ids().size() > 1) {
      map.put("end_tokens", settings.stops().ids().toString());
    }
    return map;
  }

  private static void putUnless(Map<String, String> map, String name, Object value, Object none) {
    if (!value.equals(none)) {
      map.put(name, String.valueOf(value));
    }
  }
}
