package org.sparklora;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 in the making, and the ways to write it down. */
public final class Sha256 {
  /** Length of a hash. */
  public static final int BYTES = 32;

  private static final int PIECE = 1 << 16;

  private final MessageDigest digest;

  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  public static Sha256 of(byte[] content) {
    return new Sha256().add(content);
  }

  /** Of all that is left in the stream, which stays open. */
  public static Sha256 of(InputStream content) throws IOException {
    Sha256 sha256 = new Sha256();
    byte[] piece = new byte[PIECE];
    for (int count = content.read(piece); count >= 0; count = content.read(piece)) {
      sha256.digest.update(piece, 0, count);
    }
    return sha256;
  }

  public Sha256 add(byte[] content) {
    digest.update(content);
    return this;
  }

  public Sha256 add(ByteBuffer content) {
    digest.update(content);
    return this;
  }

  /** The text as UTF-8. */
  public Sha256 add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The hash itself; to be asked once, as are the other two. */
  public byte[] bytes() {
    return digest.digest();
  }

  /** The hash in lower-case hex. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }

  /** {@code sha256:<hex>}. */
  public String fingerprint() {
    return "sha256:" + hex();
  }
}
