package org.sparklora.storage;

import java.util.regex.Pattern;

/**
 * The grammar of paths: {@code scheme:/…} lies on the store of that scheme, everything else on this
 * machine. Nothing is escaped: blanks, {@code %}, {@code #} and a colon that no slash follows are
 * part of a name.
 */
public final class StorePath {
  private static final Pattern SCHEME =
      Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:/.*", Pattern.DOTALL);

  private StorePath() {}

  public static boolean hasScheme(String path) {
    return SCHEME.matcher(path).matches();
  }

  /** Whether it lies on this machine: without a scheme, or {@code file:/…}. */
  public static boolean isLocal(String path) {
    return path.startsWith("file:/") || !hasScheme(path);
  }

  /** Whether it is a name alone, in no folder. */
  public static boolean isBareName(String path) {
    return !path.contains("/");
  }
}
