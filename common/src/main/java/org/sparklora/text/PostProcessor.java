package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.IntStream;
import org.sparklora.Failure;

/** Reads the {@code post_processor} of a {@code tokenizer.json}. */
final class PostProcessor {
  private PostProcessor() {}

  /** The special tokens that the post-processor's template puts around a single text. */
  static PromptFrame frame(JsonNode processor) {
    String type = processor.path("type").asText("");
    if (processor.isMissingNode() || processor.isNull() || type.equals("ByteLevel")) {
      return PromptFrame.NONE;
    }
    if (type.equals("Sequence")) {
      PromptFrame frame = PromptFrame.NONE;
      for (JsonNode part : processor.path("processors")) {
        frame = frame.inside(frame(part));
      }
      return frame;
    }
    if (type.equals("TemplateProcessing")) {
      return template(processor);
    }
    throw Failure.input(
        "Cannot read the tokenizer, its post_processor is of an unknown type: %s (expected ByteLevel, Sequence or TemplateProcessing). Choose a supported base model."
            .formatted(type));
  }

  private static PromptFrame template(JsonNode processor) {
    IntStream.Builder before = IntStream.builder();
    IntStream.Builder after = IntStream.builder();
    IntStream.Builder side = before;
    for (JsonNode item : processor.path("single")) {
      if (item.has("Sequence")) {
        side = after;
        continue;
      }
      String name = item.path("SpecialToken").path("id").asText();
      for (JsonNode id : processor.path("special_tokens").path(name).path("ids")) {
        side.add(id.asInt());
      }
    }
    return new PromptFrame(before.build().toArray(), after.build().toArray());
  }
}
