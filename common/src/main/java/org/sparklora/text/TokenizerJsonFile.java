package org.sparklora.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.stream.IntStream;
import org.sparklora.Failure;
import org.sparklora.text.encoder.VocabularyJson;

/**
 * The two parts of {@code tokenizer.json} that the codec itself reads; the vocabulary is skipped.
 */
record TokenizerJsonFile(JsonNode addedTokens, JsonNode postProcessor) {
  private static final ObjectMapper JSON = VocabularyJson.mapper();
  private static final SharedParts<TokenizerJsonFile, IOException> SHARED =
      new SharedParts<>(TokenizerJsonFile::read);

  static TokenizerJsonFile of(HashedFile file) {
    try {
      return SHARED.of(file);
    } catch (IOException e) {
      throw TokenizerFolder.damaged(file.path(), e);
    }
  }

  private static TokenizerJsonFile read(byte[] file) throws IOException {
    JsonNode added = MissingNode.getInstance();
    JsonNode processor = MissingNode.getInstance();
    try (JsonParser parser = JSON.createParser(file)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("not a JSON object");
      }
      for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
        parser.nextToken();
        switch (key) {
          case "added_tokens" -> added = JSON.readTree(parser);
          case "post_processor" -> processor = JSON.readTree(parser);
          default -> parser.skipChildren();
        }
      }
    }
    return new TokenizerJsonFile(added, processor);
  }

  /** The id of an added token, −1 when there is none of that text. */
  int addedToken(String content) {
    for (JsonNode token : addedTokens) {
      if (token.path("content").asText().equals(content)) {
        return token.path("id").asInt();
      }
    }
    return -1;
  }

  /** What the post-processor's template puts around a single text. */
  PromptFrame frame() {
    return frame(postProcessor);
  }

  private static PromptFrame frame(JsonNode processor) {
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
