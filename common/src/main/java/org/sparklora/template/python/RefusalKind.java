package org.sparklora.template.python;

import java.util.Locale;

/** Why a template, or one rendering of it, is refused. */
public enum RefusalKind {
  SYNTAX,
  UNKNOWN_TAG,
  UNKNOWN_FILTER,
  UNKNOWN_TEST,
  UNKNOWN_METHOD,
  UNDEFINED,
  FORBIDDEN_ATTRIBUTE,
  TYPE,
  /** Something that Python knows and this renderer does not. */
  UNSUPPORTED,
  /** The template's own {@code raise_exception}. */
  RAISED,
  LIMIT;

  /** As a word for counters and goldens: {@code unknown_filter}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
