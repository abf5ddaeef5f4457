package org.sparklora.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.sparklora.answer.Answer;
import org.sparklora.answer.FinishReason;

/** Answers in OpenAI's shape. */
record Replies(ApiRequest request, String id, long created) {
  /** The whole answer. */
  ObjectNode whole(Answer answer) {
    ObjectNode json = head(request.isChat() ? "chat.completion" : "text_completion");
    ObjectNode choice = choice(json, reason(answer.finish()));
    if (request.isChat()) {
      choice.putObject("message").put("role", "assistant").put("content", answer.text());
    } else {
      choice.put("text", answer.text());
    }
    json.set("usage", usage(answer));
    tellOfRounds(json, answer);
    return json;
  }

  /** The first event of a chat's stream. */
  ObjectNode opening(Answer answer) {
    ObjectNode json = chunk("", null);
    ((ObjectNode) json.path("choices").path(0).path("delta")).put("role", "assistant");
    tellOfRounds(json, answer);
    return json;
  }

  ObjectNode piece(String text) {
    return chunk(text, null);
  }

  ObjectNode end(Answer answer) {
    return chunk(null, reason(answer.finish()));
  }

  /** The event behind the end that has the numbers of tokens. */
  ObjectNode usageChunk(Answer answer) {
    ObjectNode json = head(request.isChat() ? "chat.completion.chunk" : "text_completion");
    json.putArray("choices");
    json.set("usage", usage(answer));
    return json;
  }

  static String reason(FinishReason finish) {
    return finish == FinishReason.STOP ? "stop" : "length";
  }

  private ObjectNode chunk(String text, String reason) {
    ObjectNode json = head(request.isChat() ? "chat.completion.chunk" : "text_completion");
    ObjectNode choice = choice(json, reason);
    if (!request.isChat()) {
      choice.put("text", text == null ? "" : text);
      return json;
    }
    ObjectNode delta = choice.putObject("delta");
    if (text != null) {
      delta.put("content", text);
    }
    return json;
  }

  private ObjectNode head(String object) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", object)
        .put("created", created)
        .put("model", request.model());
  }

  private static ObjectNode choice(ObjectNode json, String reason) {
    ObjectNode choice = json.putArray("choices").addObject();
    return choice.put("index", 0).put("finish_reason", reason).putNull("logprobs");
  }

  private static ObjectNode usage(Answer answer) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("prompt_tokens", answer.promptTokens())
        .put("completion_tokens", answer.newTokens())
        .put("total_tokens", answer.promptTokens() + answer.newTokens());
  }

  /** Beyond OpenAI: that history was left out. */
  private static void tellOfRounds(ObjectNode json, Answer answer) {
    if (answer.droppedRounds() > 0) {
      json.putObject("sparklora").put("dropped_rounds", answer.droppedRounds());
    }
  }
}
