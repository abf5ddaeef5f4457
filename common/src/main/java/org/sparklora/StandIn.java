package org.sparklora;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** What often lies where a model's file should lie. */
public enum StandIn {
  LFS_POINTER("a Git LFS pointer", "Run git lfs pull in its folder."),
  WEB_PAGE("a web page", "Download it again, from the link to the file itself."),
  NOTHING("empty", "Download it again.");

  /** Bytes that {@link #of} wants to see. */
  public static final int HEAD = 64;

  private final String words;
  private final String remedy;

  StandIn(String words, String remedy) {
    this.words = words;
    this.remedy = remedy;
  }

  /** Looks at the beginning of a file, {@link #HEAD} bytes unless the file is shorter. */
  public static Optional<StandIn> of(byte[] head) {
    int length = Math.min(head.length, HEAD);
    String text = new String(head, 0, length, StandardCharsets.UTF_8);
    String start = text.replace("\ufeff", "").strip().toLowerCase(Locale.ROOT);
    if (start.startsWith("version https://git-lfs") || start.startsWith("version http://git-lfs")) {
      return Optional.of(LFS_POINTER);
    }
    if (start.startsWith("<!doctype") || start.startsWith("<html") || start.startsWith("<?xml")) {
      return Optional.of(WEB_PAGE);
    }
    return start.isEmpty() && head.length < HEAD ? Optional.of(NOTHING) : Optional.empty();
  }

  /** Refuses a file that is none; {@code what} and {@code it} begin the message. */
  public static void refuse(byte[] head, String what, String it, Object path) {
    of(head).ifPresent(found -> fail(found, what, it, path));
  }

  private static void fail(StandIn found, String what, String it, Object path) {
    throw Failure.input(
        "Cannot read %s, %s is %s: %s (expected the file itself). %s"
            .formatted(what, it, found.words, path, found.remedy));
  }
}
