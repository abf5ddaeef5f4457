package org.sparklora.corpus;

import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.sparklora.SizeLimit;

/**
 * Rows of a corpus whose values come as bytes of their own, as Parquet holds them.
 *
 * @param promptKey empty where the one value is the whole row
 * @param targetKey empty where only prompts are wanted
 */
public record TextValues(String promptKey, String targetKey) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Rows that come as JSON texts. */
  public static TextValues ofWholeRows() {
    return new TextValues("", "");
  }

  /** The row; a null or what is not UTF-8 makes it a bad one. */
  public CorpusRow row(byte[] prompt, byte[] target) {
    boolean withTarget = !targetKey.isEmpty();
    if (prompt == null || (withTarget && target == null)) {
      return bad("is null, not a text", prompt == null ? promptKey : targetKey, prompt, target);
    }
    long longest = Math.max(prompt.length, withTarget ? target.length : 0);
    if (longest > SizeLimit.TEXT.most()) {
      return bad(
          "is longer than %d MiB (--size_limits)".formatted(SizeLimit.TEXT.most() >> 20),
          prompt.length == longest ? promptKey : targetKey,
          prompt,
          target);
    }
    Optional<String> asked = text(prompt);
    Optional<String> answer = withTarget ? text(target) : Optional.of("");
    if (asked.isEmpty() || answer.isEmpty()) {
      return bad("is not UTF-8", asked.isEmpty() ? promptKey : targetKey, prompt, target);
    }
    return new CorpusRow.Good(new Example(asked.get(), answer.get()));
  }

  private static CorpusRow bad(String what, String key, byte[] prompt, byte[] target) {
    String whose = key.isEmpty() ? "it" : "the value of " + key;
    return new CorpusRow.Bad(whose + " " + what, content(prompt, target));
  }

  private static Optional<String> text(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static byte[] content(byte[] prompt, byte[] target) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(prompt == null ? "null".getBytes(StandardCharsets.UTF_8) : prompt);
    content.write('\n');
    content.writeBytes(target == null ? "null".getBytes(StandardCharsets.UTF_8) : target);
    return content.toByteArray();
  }
}
