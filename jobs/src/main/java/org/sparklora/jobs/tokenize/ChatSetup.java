package org.sparklora.jobs.tokenize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import org.sparklora.corpus.chat.ChatReader;
import org.sparklora.corpus.chat.RowShape;
import org.sparklora.feature.ChatOrigin;
import org.sparklora.prompt.PromptForm;
import org.sparklora.prompt.PromptNote;
import org.sparklora.prompt.SegmentEncoder;
import org.sparklora.prompt.TrainOn;
import org.sparklora.text.TokenCodec;
import org.sparklora.tokenize.ChatFeaturizer;
import org.sparklora.tokenize.ChatTokens;
import org.sparklora.tokenize.CutPolicy;

/**
 * What a task needs to make conversations into rows.
 *
 * @param promptNote the prompt form as JSON
 */
record ChatSetup(RowShape shape, TrainOn trainOn, String promptNote) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  static ChatSetup of(RowShape shape, TrainOn trainOn, PromptForm form) {
    return new ChatSetup(shape, trainOn, form.note().json().toString());
  }

  /** As the table's contract has it. */
  ChatOrigin origin() {
    return new ChatOrigin(
        shape.words(),
        shape.roles().word(),
        trainOn.name().toLowerCase(java.util.Locale.ROOT),
        note());
  }

  ChatFeaturizer featurizer(TokenCodec codec, CutPolicy cutPolicy, int maxSeqLength) {
    return new ChatFeaturizer(
        new ChatReader(shape),
        PromptNote.read(note()).open(),
        trainOn,
        new ChatTokens(new SegmentEncoder(codec)),
        cutPolicy,
        maxSeqLength);
  }

  private JsonNode note() {
    try {
      return JSON.readTree(promptNote);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("it was written here", e);
    }
  }
}
