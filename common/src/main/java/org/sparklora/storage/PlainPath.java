package org.sparklora.storage;

/** One way of writing each path, by which two of them compare. */
public final class PlainPath {
  private PlainPath() {}

  /** Without {@code ./}, and without slashes that stand doubled or last. */
  public static String of(String path) {
    int scheme = path.indexOf("://");
    int start = scheme < 0 ? 0 : scheme + 3;
    String parts =
        path.substring(start)
            .replaceAll("/(\\./|/)*(\\.$)?", "/")
            .replaceFirst("^\\./", "")
            .replaceFirst("(?<=.)/$", "");
    return path.substring(0, start) + parts;
  }
}
