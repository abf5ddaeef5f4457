package org.sparklora.answer;

/** A question that nobody takes now; the same may be asked again later. */
public final class BusyRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BusyRefusal(String message) {
    super(message, null, false, false);
  }
}
