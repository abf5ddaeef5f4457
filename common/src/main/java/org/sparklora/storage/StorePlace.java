package org.sparklora.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * Where a path leads, to be compared: links of this machine are followed, {@code .} and {@code ..}
 * are gone.
 *
 * @param authority host or bucket; empty for the default one, which counts as any
 */
record StorePlace(String scheme, String authority, List<String> names) {
  static StorePlace of(String path) {
    if (StorePath.isLocal(path)) {
      return new StorePlace("file", "", names(real(LocalBackend.path(path).toAbsolutePath())));
    }
    int colon = path.indexOf(':');
    String scheme = path.substring(0, colon).toLowerCase(Locale.ROOT);
    String rest = path.substring(colon + 1);
    if (!rest.startsWith("//")) {
      return new StorePlace(scheme, "", names(rest));
    }
    int slash = rest.indexOf('/', 2);
    String authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
    return new StorePlace(
        scheme, authority.toLowerCase(Locale.ROOT), names(slash < 0 ? "" : rest.substring(slash)));
  }

  /** Whether the other place is this one or below it. */
  boolean contains(StorePlace other) {
    boolean sameStore =
        scheme.equals(other.scheme)
            && (authority.isEmpty()
                || other.authority.isEmpty()
                || authority.equals(other.authority));
    return sameStore
        && other.names.size() >= names.size()
        && other.names.subList(0, names.size()).equals(names);
  }

  /** With the links of the part that exists followed. */
  private static String real(Path path) {
    for (Path at = path; at != null; at = at.getParent()) {
      if (Files.exists(at)) {
        try {
          return at.toRealPath().resolve(at.relativize(path)).toString();
        } catch (IOException e) {
          return path.toString();
        }
      }
    }
    return path.toString();
  }

  private static List<String> names(String path) {
    Deque<String> names = new ArrayDeque<>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        names.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.addLast(name);
      }
    }
    return new ArrayList<>(names);
  }
}
