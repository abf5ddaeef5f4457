package org.sparklora.storage;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The grammar of paths: {@code scheme:/…} lies on the store of that scheme, everything else on this
 * machine. Nothing is escaped: blanks, {@code %}, {@code #} and a colon that no slash follows are
 * part of a name.
 */
public final class StorePath {
  private static final Pattern SCHEME =
      Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:/.*", Pattern.DOTALL);

  private static final Pattern STORE = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://[^/]+");

  private StorePath() {}

  public static boolean hasScheme(String path) {
    return SCHEME.matcher(path).matches();
  }

  /** Whether it lies on this machine: without a scheme, or {@code file:/…}. */
  public static boolean isLocal(String path) {
    return path.startsWith("file:/") || !hasScheme(path);
  }

  /** Whether both have one scheme, and one host or bucket. */
  public static boolean haveOneStore(String path, String other) {
    String store = store(path);
    return !store.isEmpty() && store.equals(store(other));
  }

  /** {@code scheme://host}; empty for a path without both. */
  private static String store(String path) {
    Matcher found = STORE.matcher(path);
    return found.lookingAt() ? found.group().toLowerCase(Locale.ROOT) : "";
  }

  /** Whether it is a name alone, in no folder. */
  public static boolean isBareName(String path) {
    return !path.contains("/");
  }
}
