package org.sparklora.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.sparklora.adapter.AdapterOrigin;
import org.sparklora.mix.MixedOrigin;
import org.sparklora.storage.Store;

/**
 * What lies beside a merged model for its readers here: the form that its adapters' prompts had.
 *
 * @param mix what was merged
 * @param form the note of a prompt form
 */
record MergedForm(String mix, JsonNode form) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The adapters' form, else that of a base that is merged itself; nothing where nobody says. */
  static Optional<MergedForm> of(Store store, ExportConfig config) {
    return MixedOrigin.of(store, config.adapters(), config.foreignAdapter())
        .map(origin -> origin.promptForm().orElseGet(MergedForm::plain))
        .or(() -> AdapterOrigin.formOfMerged(store, config.modelCheckpoint()))
        .map(form -> new MergedForm(config.mix().text(), form));
  }

  /** An adapter of ours that says nothing was trained with plain texts. */
  private static JsonNode plain() {
    return JSON.createObjectNode().put("form", "none");
  }

  byte[] file() {
    ObjectNode node = JSON.createObjectNode().put(AdapterOrigin.MERGED, mix);
    node.set("prompt_form", form);
    return (node.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
