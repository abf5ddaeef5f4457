package org.sparklora.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.config.Given;
import org.sparklora.generation.GenerationChoice;

/** How a request wants to be answered, over what the server's flags say. */
record RequestSettings(GenerationChoice server) {
  private static final String ORIGIN = "request";

  /** Our flags by the fields that set them; later fields win. */
  private static final List<List<String>> FIELDS =
      List.of(
          List.of("max_tokens", "max_new_tokens"),
          List.of("max_completion_tokens", "max_new_tokens"),
          List.of("min_tokens", "min_new_tokens"),
          List.of("temperature", "temperature"),
          List.of("top_p", "top_p"),
          List.of("top_k", "top_k"),
          List.of("repetition_penalty", "repetition_penalty"));

  private static final List<String> WHOLE = List.of("max_new_tokens", "min_new_tokens", "top_k");
  private static final List<String> OF_SAMPLING = List.of("top_p", "top_k");

  GenerationChoice of(JsonNode json) {
    Map<String, Given> given = new LinkedHashMap<>(server.given());
    FIELDS.forEach(field -> take(json.path(field.get(0)), field.get(0), field.get(1), given));
    Given temperature = given.get("temperature");
    if (temperature != null && Double.parseDouble(temperature.value()) == 0) {
      OF_SAMPLING.forEach(given::remove); // clients send them all the same
    }
    List<String> stops = stops(json.path("stop"));
    if (!stops.isEmpty()) {
      given.put("stop", new Given("", ORIGIN));
    }
    return new GenerationChoice(
        given,
        server.modelsOwn(),
        stops.isEmpty() ? server.stopTexts() : stops,
        ApiRequest.isSet(json.path("seed")) ? json.path("seed").asLong() : server.seed(),
        server.batchSize(),
        server.promptLookupNumTokens());
  }

  private static void take(JsonNode value, String field, String flag, Map<String, Given> given) {
    if (!ApiRequest.isSet(value)) {
      return;
    }
    boolean whole = WHOLE.contains(flag);
    if (!value.isNumber() || (whole && !isWhole(value))) {
      throw ApiError.ofField(field, field + (whole ? " is no whole number." : " is no number."));
    }
    String number = whole ? String.valueOf(value.asInt()) : String.valueOf(value.asDouble());
    if (flag.equals("top_k") && value.asInt() == -1) {
      number = "0"; // as others say it
    }
    given.put(flag, new Given(number, ORIGIN));
  }

  private static boolean isWhole(JsonNode value) {
    return value.canConvertToExactIntegral() && value.canConvertToInt();
  }

  private static List<String> stops(JsonNode json) {
    List<String> stops = new ArrayList<>();
    for (JsonNode stop : json.isArray() ? json : List.of(json)) {
      if (stop.isTextual()) {
        stops.add(stop.asText());
      } else if (ApiRequest.isSet(stop)) {
        throw ApiError.ofField("stop", "stop is neither a text nor a list of texts.");
      }
    }
    return stops;
  }
}
