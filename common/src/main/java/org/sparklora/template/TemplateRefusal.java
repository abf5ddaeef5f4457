package org.sparklora.template;

import org.sparklora.template.python.RefusalKind;

/**
 * A template that cannot be read, or values that it cannot be rendered with.
 *
 * <p>The message may hold text of the conversation when the template raised it; {@link #summary()}
 * never does.
 */
public final class TemplateRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final RefusalKind kind;
  private final int line;
  private final String reason;

  TemplateRefusal(RefusalKind kind, String template, int line, String reason) {
    super(
        "Cannot render the chat template %s, line %d is refused as %s: %s (expected what jinja2 allows in its sandbox, within bounds). %s"
            .formatted(template, line, kind.word(), reason, advice(kind)),
        null,
        false,
        false);
    this.kind = kind;
    this.line = line;
    this.reason = reason;
  }

  private static String advice(RefusalKind kind) {
    return switch (kind) {
      case RAISED -> "Change the conversation: the template itself refuses it.";
      case UNDEFINED, TYPE -> "Change the conversation, or choose a --prompt_form.";
      default -> "Choose a --prompt_form, or change the template.";
    };
  }

  public RefusalKind kind() {
    return kind;
  }

  public int line() {
    return line;
  }

  /** What is wrong, in the template's own words if it raised this. */
  public String reason() {
    return reason;
  }

  /** For logs and counters: kind and line. */
  public String summary() {
    return "%s in line %d of the chat template".formatted(kind.word(), line);
  }
}
