package org.sparklora.corpus.chat;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sparklora.Failure;
import org.sparklora.chat.Message;

/** Which name of a speaker means which role; blanks around and capitals do not matter. */
public record Roles(TreeMap<String, String> more) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final List<String> ALL =
      List.of(Message.SYSTEM, Message.USER, Message.ASSISTANT, Message.TOOL);
  private static final Map<String, String> KNOWN = known();

  /** The known names only. */
  public static final Roles USUAL = new Roles(new TreeMap<>());

  private static Map<String, String> known() {
    Map<String, String> known = new LinkedHashMap<>();
    List.of("system", "系统").forEach(name -> known.put(name, Message.SYSTEM));
    List.of("user", "human", "用户").forEach(name -> known.put(name, Message.USER));
    List.of("assistant", "gpt", "model", "bot", "助手", "function_call")
        .forEach(name -> known.put(name, Message.ASSISTANT));
    List.of("tool", "observation", "function").forEach(name -> known.put(name, Message.TOOL));
    return known;
  }

  /** Reads the flag: {@code name=role,…}; fails where a part is none. */
  public static Roles of(String flag) {
    TreeMap<String, String> more = new TreeMap<>();
    for (String part : flag.isBlank() ? new String[0] : flag.split(",")) {
      int equals = part.lastIndexOf('=');
      String role = part.substring(equals + 1).strip();
      if (equals < 1 || part.substring(0, equals).isBlank() || !ALL.contains(role)) {
        throw Failure.usage(
            "Cannot read conversations, --roles has a part that names no role: %s (expected name=%s). Correct it."
                .formatted(part.strip(), String.join("|", ALL)));
      }
      more.put(plain(part.substring(0, equals)), role);
    }
    return new Roles(more);
  }

  /** These and one name more. */
  Roles with(String name, String role) {
    TreeMap<String, String> all = new TreeMap<>(more);
    all.put(plain(name), role);
    return new Roles(all);
  }

  Optional<String> role(String name) {
    String plain = plain(name);
    return Optional.ofNullable(more.getOrDefault(plain, KNOWN.get(plain)));
  }

  /** As the flag would say it, in order. */
  public String word() {
    return String.join(
        ",", more.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
  }

  private static String plain(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }
}
