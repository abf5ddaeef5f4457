package org.sparklora.corpus;

import java.nio.charset.StandardCharsets;
import org.sparklora.Sha256;

/** What one row of a corpus is. */
public sealed interface CorpusRow {
  /** An instruction. */
  record Good(Example example) implements CorpusRow {}

  /**
   * A row that is none.
   *
   * @param reason holds no text of the row
   * @param hash {@code sha256:<hex>} over {@code content}
   * @param content the line as it stood in the file, or the compact form of an array's element
   */
  record Bad(String reason, String hash, byte[] content) implements CorpusRow {
    static String tooLong() {
      return "it is longer than %d MiB (--size_limits)".formatted(SplitLines.longest() >> 20);
    }

    public Bad(String reason, byte[] content) {
      this(reason, Sha256.of(content).fingerprint(), content);
    }

    /** The row as text; bytes that are not UTF-8 become replacement characters. */
    public String text() {
      return new String(content, StandardCharsets.UTF_8);
    }
  }
}
