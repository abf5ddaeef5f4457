package org.sparklora.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user}, {@code assistant} or {@code tool}
 * @param more further keys that a template may read, such as {@code tool_calls}, as JSON values
 */
public record Message(String role, String content, Map<String, Object> more) {
  public static final String SYSTEM = "system";
  public static final String USER = "user";
  public static final String ASSISTANT = "assistant";
  public static final String TOOL = "tool";

  public Message {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(content, "content");
    more = Collections.unmodifiableMap(new LinkedHashMap<>(more));
  }

  public Message(String role, String content) {
    this(role, content, Map.of());
  }

  public static Message system(String content) {
    return new Message(SYSTEM, content);
  }

  public static Message user(String content) {
    return new Message(USER, content);
  }

  public static Message assistant(String content) {
    return new Message(ASSISTANT, content);
  }

  public boolean isFrom(String someRole) {
    return role.equals(someRole);
  }

  /** As a template sees it. */
  public Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("role", role);
    values.put("content", content);
    values.putAll(more);
    return values;
  }
}
