package org.sparklora.prompt;

/** A conversation that a form has no text for; counted as {@code template_error}. */
public final class PromptRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String summary;

  PromptRefusal(String message, String summary) {
    super(message, null, false, false);
    this.summary = summary;
  }

  static PromptRefusal noPlaceFor(String role, String form) {
    return new PromptRefusal(
        "Cannot write the conversation, the prompt form %s has no place for a role: %s (expected user and assistant in turn). Remove it, or choose another --prompt_form."
            .formatted(form, role),
        "no place for the role %s in %s".formatted(role, form));
  }

  /** The reason without any text of the conversation. */
  public String summary() {
    return summary;
  }
}
