package org.sparklora.template.python;

/**
 * What a missing name, attribute or element is: prints nothing, is false, holds nothing; whatever
 * else is done with it is refused.
 *
 * @param owner what the attribute or element was looked for in
 * @param name what was looked for, or a whole sentence if there is no owner and no name
 */
public record Undefined(Object owner, Object name, Reason reason) {
  /** How the value came to be missing. */
  public enum Reason {
    NAME,
    SENTENCE,
    ATTRIBUTE,
    ELEMENT,
    /** The sandbox keeps it away; only {@code is defined} may be asked. */
    FORBIDDEN
  }

  public static Undefined name(String name) {
    return new Undefined(null, name, Reason.NAME);
  }

  public static Undefined because(String sentence) {
    return new Undefined(null, sentence, Reason.SENTENCE);
  }

  public static Undefined attribute(Object owner, String name) {
    return new Undefined(owner, name, Reason.ATTRIBUTE);
  }

  public static Undefined element(Object owner, Object key) {
    return new Undefined(owner, key, Reason.ELEMENT);
  }

  public static Undefined forbidden(Object owner, String name) {
    return new Undefined(owner, name, Reason.FORBIDDEN);
  }

  /** What is missing, as in {@code 'tools' is undefined}; most are never asked. */
  private String what() {
    String type = Types.name(owner);
    return switch (reason) {
      case NAME -> "'%s' is undefined".formatted(name);
      case SENTENCE -> (String) name;
      case ATTRIBUTE -> "'%s object' has no attribute '%s'".formatted(type, name);
      case ELEMENT -> "%s object has no element %s".formatted(type, Types.name(name));
      case FORBIDDEN -> "access to attribute '%s' of '%s' object is unsafe".formatted(name, type);
    };
  }

  /** Printing, truth and iteration come here first. */
  public void allow() {
    if (reason == Reason.FORBIDDEN) {
      throw refusal();
    }
  }

  public Refusal refusal() {
    return new Refusal(
        reason == Reason.FORBIDDEN ? RefusalKind.FORBIDDEN_ATTRIBUTE : RefusalKind.UNDEFINED,
        what());
  }

  /** Calling it: a method that is not there has a kind of its own. */
  public Refusal refusalOfCall() {
    return reason == Reason.ATTRIBUTE || reason == Reason.ELEMENT
        ? new Refusal(RefusalKind.UNKNOWN_METHOD, what())
        : refusal();
  }
}
