package org.sparklora.template;

import java.util.List;

/**
 * What a template made of a conversation.
 *
 * @param generations what stood in {@code {% generation %}} blocks; empty if there are none
 */
public record Rendered(String text, List<TextSpan> generations) {
  public Rendered {
    generations = List.copyOf(generations);
  }
}
