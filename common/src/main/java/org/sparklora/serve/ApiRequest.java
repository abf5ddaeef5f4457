package org.sparklora.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalLong;
import org.sparklora.chat.Conversation;
import org.sparklora.generation.GenerationChoice;
import org.sparklora.mix.AdapterMix;

/**
 * A question as it was sent.
 *
 * @param conversation null where {@code text} is to be continued
 * @param model as the answer repeats it
 * @param seed where the request has one
 * @param isStreamed whether pieces are wanted as they come
 * @param wantsUsage whether a stream ends with the numbers of tokens
 */
record ApiRequest(
    Conversation conversation,
    String text,
    String model,
    AdapterMix mix,
    GenerationChoice generation,
    OptionalLong seed,
    boolean isStreamed,
    boolean wantsUsage) {
  boolean isChat() {
    return conversation != null;
  }

  static boolean isSet(JsonNode value) {
    return !value.isMissingNode() && !value.isNull();
  }
}
