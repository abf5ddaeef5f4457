package org.sparklora.corpus.chat;

import java.util.Locale;

/** Why a row is no conversation; the first one met, reading from the left. */
public enum ChatFault {
  BAD_JSON,
  NOT_AN_OBJECT,
  MISSING_KEY,
  WRONG_TYPE,
  HALF_A_CHARACTER,
  NO_MESSAGES,
  UNKNOWN_ROLE,
  MISSING_CONTENT,
  UNSUPPORTED_PART,
  NO_ANSWER,
  NO_QUESTION;

  /** The word in the quarantine and in the table's counts. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Ends the reading of a row. */
  Found found() {
    return new Found(this);
  }

  /** A row turned out to be none. */
  static final class Found extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ChatFault fault;

    private Found(ChatFault fault) {
      super(fault.word(), null, false, false);
      this.fault = fault;
    }

    ChatFault fault() {
      return fault;
    }
  }
}
