package org.sparklora.serve;

import com.sun.net.httpserver.Headers;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Who may ask: hosts by name, against pages that point their own names here, and a key. */
final class Doorkeeper {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[[0-9a-fA-F:.]+\\]");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.[0-9.]+|\\[(0*:)*:?0*1\\]");
  private static final String BEARER = "Bearer ";

  private final boolean loopback;
  private final Set<String> hosts;
  private final Optional<byte[]> key;

  /**
   * @param bound where the server listens
   * @param hosts names in lower case that may be asked for beside addresses
   * @param key empty for none
   */
  Doorkeeper(InetAddress bound, Set<String> hosts, String key) {
    this.loopback = bound.isLoopbackAddress();
    this.hosts = Set.copyOf(hosts);
    this.key = key.isEmpty() ? Optional.empty() : Optional.of(hash(key));
  }

  /** Refuses requests that were meant for another host, and pages of other hosts. */
  void checkHost(Headers headers) {
    String host = headers.getFirst("Host");
    if (host == null || !isOurs(name(host))) {
      throw ApiError.of(
          403,
          "Cannot answer, the request asks for another host (expected this one's address). Give a further name with --allow_host.",
          "foreign_host");
    }
    String origin = headers.getFirst("Origin");
    if (origin != null && !isOurs(nameOfOrigin(origin))) {
      throw ApiError.of(
          403, "Cannot answer, the request comes from another site's page.", "foreign_origin");
    }
  }

  /** Refuses requests without the key, where there is one. */
  void checkKey(Headers headers) {
    if (key.isEmpty()) {
      return;
    }
    String given = headers.getFirst("Authorization");
    boolean bears = given != null && given.startsWith(BEARER);
    // Of hashes, which have one length: the time says nothing about the key.
    if (!MessageDigest.isEqual(
        key.get(), hash(bears ? given.substring(BEARER.length()).strip() : ""))) {
      throw ApiError.of(
          401,
          "Cannot answer, the key is missing or wrong (expected Authorization: Bearer KEY).",
          "invalid_api_key");
    }
  }

  private boolean isOurs(String name) {
    if (hosts.contains(name)) {
      return true;
    }
    return LOOPBACK.matcher(name).matches() || (!loopback && ADDRESS.matcher(name).matches());
  }

  private static String name(String host) {
    return host.strip().replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
  }

  private static String nameOfOrigin(String origin) {
    try {
      String host = URI.create(origin).getHost();
      return host == null ? "" : host.toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
