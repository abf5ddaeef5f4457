package org.sparklora.text.encoder;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * JSON whose field names are a vocabulary. Jackson would keep each in a table of names it has seen
 * and intern it, which pays only for names that come again.
 */
public final class VocabularyJson {
  private VocabularyJson() {}

  public static ObjectMapper mapper() {
    return new ObjectMapper(
        JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build());
  }
}
