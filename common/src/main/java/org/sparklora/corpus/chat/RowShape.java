package org.sparklora.corpus.chat;

import java.io.Serializable;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the parts of a conversation stand in a row.
 *
 * @param columns LLaMA-Factory's name of each part → the row's key
 * @param roleKey the key of a message's speaker; empty for the format's own
 */
public record RowShape(
    RowFormat format,
    TreeMap<String, String> columns,
    String roleKey,
    String contentKey,
    Roles roles)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The usual keys. */
  public static RowShape of(RowFormat format, Roles roles) {
    boolean sharegpt = format == RowFormat.SHAREGPT;
    return new RowShape(
        format,
        new TreeMap<>(format.columns()),
        sharegpt ? "from" : "role",
        sharegpt ? "value" : "content",
        roles);
  }

  /** Two keys of free name. */
  public static RowShape pair(String promptKey, String targetKey) {
    return of(RowFormat.PAIR, Roles.USUAL).with(Map.of("prompt", promptKey, "response", targetKey));
  }

  /** The same with other keys for some parts. */
  RowShape with(Map<String, String> otherColumns) {
    TreeMap<String, String> all = new TreeMap<>(columns);
    all.putAll(otherColumns);
    return new RowShape(format, all, roleKey, contentKey, roles);
  }

  /** The key of a part; a name that no row has where the format knows no such part. */
  String key(String part) {
    return columns.getOrDefault(part, "");
  }

  /** The keys of all parts. */
  public Collection<String> keys() {
    return columns.values();
  }

  /** What decides how rows are read, in one line. */
  public String words() {
    StringBuilder words = new StringBuilder(format.word());
    columns.forEach(
        (part, key) -> {
          if (!key.equals(format.columns().get(part))) {
            words.append(' ').append(part).append('=').append(key);
          }
        });
    RowShape usual = of(format, roles);
    if (!roleKey.equals(usual.roleKey) || !contentKey.equals(usual.contentKey)) {
      words.append(" role_tag=").append(roleKey).append(" content_tag=").append(contentKey);
    }
    return words.toString();
  }
}
