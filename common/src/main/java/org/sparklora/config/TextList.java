package org.sparklora.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/** Several texts as one value: a JSON array, which shows every character. */
public final class TextList {
  static final String NONE = "[]";

  private static final ObjectMapper JSON = new ObjectMapper();

  private TextList() {}

  /** The array of these texts. */
  public static String of(List<String> texts) {
    try {
      return JSON.writeValueAsString(texts);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts are always JSON", e);
    }
  }

  static String with(String list, String text) {
    List<String> texts = new ArrayList<>(texts(list));
    texts.add(text);
    return of(texts);
  }

  static List<String> texts(String list) {
    try {
      return JSON.readValue(list, new TypeReference<List<String>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not made by this class", e);
    }
  }
}
