package org.sparklora.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.sparklora.answer.Answering;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;
import org.sparklora.mix.AdapterMix;

/**
 * Reads what clients of OpenAI's interface send; what would have an effect and has none is refused.
 */
final class RequestReader {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Fields that ask for what is not done, with the value that asks for nothing. */
  private static final Map<String, String> NOT_DONE =
      Map.ofEntries(
          Map.entry("n", "1"),
          Map.entry("best_of", "1"),
          Map.entry("presence_penalty", "0"),
          Map.entry("frequency_penalty", "0"),
          Map.entry("min_p", "0"),
          Map.entry("logprobs", "false"),
          Map.entry("top_logprobs", "0"),
          Map.entry("echo", "false"),
          Map.entry("suffix", ""),
          Map.entry("logit_bias", ""),
          Map.entry("tools", ""),
          Map.entry("functions", ""),
          Map.entry("audio", ""),
          Map.entry("use_beam_search", "false"),
          Map.entry("length_penalty", "1"),
          Map.entry("typical_p", "1"),
          Map.entry("ignore_eos", "false"),
          Map.entry("stop_token_ids", ""),
          Map.entry("bad_words", ""),
          Map.entry("prompt_logprobs", ""),
          Map.entry("continue_final_message", "false"),
          Map.entry("guided_json", ""),
          Map.entry("guided_regex", ""),
          Map.entry("guided_choice", ""),
          Map.entry("guided_grammar", ""));

  private final Answering answering;
  private final ModelNames names;

  RequestReader(Answering answering, ModelNames names) {
    this.answering = answering;
    this.names = names;
  }

  ApiRequest chat(byte[] body) {
    JsonNode json = object(body);
    return request(json, Conversation.of(messages(json.path("messages"))), "");
  }

  ApiRequest completion(byte[] body) {
    JsonNode json = object(body);
    JsonNode prompt = json.path("prompt");
    JsonNode text = prompt.isArray() && prompt.size() == 1 ? prompt.get(0) : prompt;
    if (!text.isTextual()) {
      throw ApiError.ofField("prompt", "prompt is no text (expected one text).");
    }
    return request(json, null, text.asText());
  }

  private ApiRequest request(JsonNode json, Conversation conversation, String text) {
    NOT_DONE.forEach((field, nothing) -> refuse(json, field, nothing));
    refuseShapes(json);
    String model = json.path("model").asText("");
    AdapterMix mix = names.mix(model);
    JsonNode lora = json.path("lora");
    return new ApiRequest(
        conversation,
        text,
        model.isEmpty() ? names.base() : model,
        ApiRequest.isSet(lora) ? mix(lora) : mix,
        new RequestSettings(answering.setup().generation()).of(json),
        seed(json.path("seed")),
        flag(json, "stream"),
        json.path("stream_options").path("include_usage").asBoolean(false));
  }

  /** Fields that ask for something in a shape of their own. */
  private static void refuseShapes(JsonNode json) {
    JsonNode format = json.path("response_format");
    if (ApiRequest.isSet(format) && !format.path("type").asText().equals("text")) {
      throw ApiError.ofField("response_format", "response_format is not supported but as text.");
    }
    for (String field : List.of("tool_choice", "function_call")) {
      JsonNode choice = json.path(field);
      if (ApiRequest.isSet(choice) && !List.of("none", "auto").contains(choice.asText())) {
        throw ApiError.ofField(field, field + " is not supported but as none or auto.");
      }
    }
    for (JsonNode modality : json.path("modalities")) {
      if (!modality.asText().equals("text")) {
        throw ApiError.ofField("modalities", "modalities is not supported but as text.");
      }
    }
  }

  private static OptionalLong seed(JsonNode seed) {
    if (!ApiRequest.isSet(seed)) {
      return OptionalLong.empty();
    }
    if (!seed.isIntegralNumber() || !seed.canConvertToLong()) {
      throw ApiError.ofField("seed", "seed is no whole number.");
    }
    return OptionalLong.of(seed.asLong());
  }

  private static boolean flag(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (ApiRequest.isSet(value) && !value.isBoolean()) {
      throw ApiError.ofField(field, field + " is neither true nor false.");
    }
    return value.asBoolean(false);
  }

  private static JsonNode object(byte[] body) {
    try {
      JsonNode json = JSON.readTree(body);
      if (json != null && json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      // Its message quotes what was sent.
    } catch (IOException e) {
      throw new IllegalStateException("bytes are read without a device", e);
    }
    throw ApiError.of(400, "The body is no JSON object.", "invalid_json");
  }

  private List<Message> messages(JsonNode json) {
    if (!json.isArray() || json.isEmpty()) {
      throw ApiError.ofField("messages", "messages is empty or no list (expected messages).");
    }
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < json.size(); i++) {
      messages.add(message(json.get(i), "messages[%d]".formatted(i)));
    }
    return messages;
  }

  private static Message message(JsonNode json, String place) {
    String role = json.path("role").asText("");
    String known =
        switch (role) {
          case "system", "developer" -> Message.SYSTEM;
          case "user" -> Message.USER;
          case "assistant" -> Message.ASSISTANT;
          case "tool" -> Message.TOOL;
          default ->
              throw ApiError.ofField(
                  place + ".role",
                  "role is unknown (expected system, developer, user, assistant or tool).");
        };
    return new Message(known, content(json.path("content"), place + ".content"));
  }

  private static String content(JsonNode json, String place) {
    if (json.isTextual()) {
      return json.asText();
    }
    if (!json.isArray()) {
      throw ApiError.ofField(place, "content is no text (expected a text or parts of type text).");
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : json) {
      if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
        throw ApiError.ofField(place, "content has a part that is no text (expected type text).");
      }
      text.append(part.path("text").asText());
    }
    return text.toString();
  }

  /** {@code [{"id": "a", "scale": 0.7}, …]}. */
  private AdapterMix mix(JsonNode lora) {
    List<AdapterMix.Share> shares = new ArrayList<>();
    if (!lora.isArray()) {
      throw noMix();
    }
    for (JsonNode part : lora) {
      JsonNode scale = part.path("scale");
      if (!part.path("id").isTextual() || !scale.isNumber()) {
        throw noMix();
      }
      shares.add(new AdapterMix.Share(names.adapter(part.path("id").asText()), scale.asDouble()));
    }
    return new AdapterMix(shares);
  }

  private static ApiError noMix() {
    return ApiError.ofField("lora", "lora is no list of {\"id\": name, \"scale\": number}.");
  }

  private static void refuse(JsonNode json, String field, String nothing) {
    JsonNode value = json.path(field);
    boolean asks =
        value.isContainerNode()
            ? !value.isEmpty()
            : ApiRequest.isSet(value) && !isNothing(value, nothing);
    if (asks) {
      throw ApiError.ofField(
          field,
          nothing.isEmpty()
              ? field + " is not supported; leave it out."
              : field + " is not supported but as " + nothing + ".");
    }
  }

  private static boolean isNothing(JsonNode value, String nothing) {
    boolean isNumber = value.isNumber() && !nothing.isEmpty() && !nothing.equals("false");
    return isNumber
        ? value.asDouble() == Integer.parseInt(nothing)
        : value.asText().equals(nothing);
  }
}
