package org.sparklora.serve;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page, one file of our own.
 *
 * @param policy lets the browser run and load nothing but what stands in it
 */
record Page(byte[] bytes, String policy) {
  private static final String FILE = "page.html";

  static Page read() {
    try (InputStream in = Page.class.getResourceAsStream(FILE)) {
      byte[] bytes = in.readAllBytes();
      String text = new String(bytes, StandardCharsets.UTF_8);
      return new Page(
          bytes,
          "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; img-src data:; script-src 'sha256-%s'; style-src 'sha256-%s'"
              .formatted(hash(inside(text, "script")), hash(inside(text, "style"))));
    } catch (IOException e) {
      throw new IllegalStateException("it is in our jar", e);
    }
  }

  private static String inside(String html, String tag) {
    int start = html.indexOf("<" + tag + ">") + tag.length() + 2;
    return html.substring(start, html.indexOf("</" + tag + ">", start));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
