package org.sparklora.template.syntax;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sparklora.template.python.RefusalKind;

/**
 * Names that a template says: those that do not exist, and those that blocks ask for.
 *
 * <p>jinja2 refuses an unknown filter or test at once, but inside {@code if} only when it runs.
 */
final class Names {
  private final List<SyntaxFault> unknown = new ArrayList<>();
  private final List<Set<String>> blocks = new ArrayList<>();
  private boolean soft;

  /** Whether what follows stands directly in an {@code if}; what held before. */
  boolean soften(boolean now) {
    boolean before = soft;
    soft = now;
    return before;
  }

  void check(boolean known, RefusalKind kind, String what, String name, int line) {
    if (!known && !soft) {
      unknown.add(new SyntaxFault(kind, line, "no %s named '%s'".formatted(what, name)));
    }
  }

  int unknownCount() {
    return unknown.size();
  }

  /** What was noted since {@code count} turned out to stand in an inline if. */
  void forgive(int count) {
    unknown.subList(count, unknown.size()).clear();
  }

  void refuseUnknown() {
    if (!unknown.isEmpty()) {
      throw unknown.get(0);
    }
  }

  void openBlock() {
    blocks.add(new HashSet<>());
  }

  void said(String name) {
    for (Set<String> block : blocks) {
      block.add(name);
    }
  }

  /** The names that were said since the block was opened. */
  Set<String> closeBlock() {
    return blocks.remove(blocks.size() - 1);
  }
}
