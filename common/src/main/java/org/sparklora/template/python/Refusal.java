package org.sparklora.template.python;

/** An operation that Python, its sandbox or this renderer does not allow; the line is not known. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final RefusalKind kind;

  public Refusal(RefusalKind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  public static Refusal type(String message) {
    return new Refusal(RefusalKind.TYPE, message);
  }

  public static Refusal unsupported(String message) {
    return new Refusal(RefusalKind.UNSUPPORTED, message);
  }

  public static Refusal limit(String message) {
    return new Refusal(RefusalKind.LIMIT, message);
  }

  public RefusalKind kind() {
    return kind;
  }
}
