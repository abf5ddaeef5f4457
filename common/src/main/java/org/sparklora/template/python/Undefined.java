package org.sparklora.template.python;

/**
 * What a missing name, attribute or element is: prints nothing, is false, holds nothing; whatever
 * else is done with it is refused.
 *
 * @param what says what is missing, as in {@code 'tools' is undefined}
 */
public record Undefined(String what, Reason reason) {
  /** How the value came to be missing. */
  public enum Reason {
    NAME,
    ATTRIBUTE,
    /** The sandbox keeps it away; only {@code is defined} may be asked. */
    FORBIDDEN
  }

  public static Undefined name(String name) {
    return new Undefined("'%s' is undefined".formatted(name), Reason.NAME);
  }

  public static Undefined because(String what) {
    return new Undefined(what, Reason.NAME);
  }

  public static Undefined attribute(Object owner, String name) {
    return new Undefined(
        "'%s object' has no attribute '%s'".formatted(Types.name(owner), name), Reason.ATTRIBUTE);
  }

  public static Undefined element(Object owner, Object key) {
    return new Undefined(
        "%s object has no element %s".formatted(Types.name(owner), Types.name(key)),
        Reason.ATTRIBUTE);
  }

  public static Undefined forbidden(Object owner, String name) {
    return new Undefined(
        "access to attribute '%s' of '%s' object is unsafe".formatted(name, Types.name(owner)),
        Reason.FORBIDDEN);
  }

  /** Printing, truth and iteration come here first. */
  public void allow() {
    if (reason == Reason.FORBIDDEN) {
      throw refusal();
    }
  }

  public Refusal refusal() {
    return new Refusal(
        reason == Reason.FORBIDDEN ? RefusalKind.FORBIDDEN_ATTRIBUTE : RefusalKind.UNDEFINED, what);
  }

  /** Calling it: a method that is not there has a kind of its own. */
  public Refusal refusalOfCall() {
    return reason == Reason.ATTRIBUTE ? new Refusal(RefusalKind.UNKNOWN_METHOD, what) : refusal();
  }
}
