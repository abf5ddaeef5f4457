package org.sparklora.generation;

import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.sparklora.config.Problems;

/**
 * Where an answer ends before its limit.
 *
 * @param ids tokens that end it, as its last ones; sorted
 * @param texts what ends it before itself, wherever tokens begin
 */
public record Stops(List<Integer> ids, List<String> texts) implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final Stops NONE = new Stops(List.of(), List.of());

  public Stops {
    ids = ids.stream().distinct().sorted().toList();
    texts = texts.stream().distinct().toList();
  }

  /** These and more tokens, such as the one that ends a turn of a chat. */
  public Stops alsoAt(Collection<Integer> more) {
    return new Stops(Stream.concat(ids.stream(), more.stream()).toList(), texts);
  }

  /** The same tokens with other texts. */
  public Stops with(List<String> others) {
    return new Stops(ids, others);
  }

  public boolean holds(int id) {
    return ids.contains(id);
  }

  /** {@code text} up to the first of the texts in it, or all of it. */
  public String before(String text) {
    int end = texts.stream().mapToInt(text::indexOf).filter(at -> at >= 0).min().orElse(-1);
    return end < 0 ? text : text.substring(0, end);
  }

  /** Whether one of the texts is in {@code text}. */
  public boolean areIn(String text) {
    return texts.stream().anyMatch(text::contains);
  }

  void check(Problems problems) {
    problems.unless(
        texts.stream().noneMatch(String::isEmpty),
        "--stop is empty: '' (expected a text). Give it a value or drop it.");
  }
}
