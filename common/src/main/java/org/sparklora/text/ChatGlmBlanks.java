package org.sparklora.text;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.sparklora.text.encoder.TextCodec;

/**
 * ChatGLM-6B's pieces for whitespace that SentencePiece would lose: newlines are {@code <n>}, tabs
 * {@code <|tab|>}, runs of 2 to 80 spaces {@code <|blank_k|>}.
 */
record ChatGlmBlanks(TextCodec pieces) implements TextCodec {
  private static final Pattern RUN = Pattern.compile(" {2,80}");
  private static final Pattern NAMED_RUN = Pattern.compile("<\\|blank_(\\d{1,2})\\|>");

  @Override
  public int[] encode(String text) {
    String named = text.replace("\n", "<n>").replace("\t", "<|tab|>");
    return pieces.encode(
        RUN.matcher(named).replaceAll(run -> "<|blank_%d|>".formatted(run.group().length())));
  }

  @Override
  public String decode(int[] ids) {
    String named = pieces.decode(ids).replace("<n>", "\n").replace("<|tab|>", "\t");
    return NAMED_RUN.matcher(named).replaceAll(ChatGlmBlanks::blanks);
  }

  private static String blanks(MatchResult run) {
    int length = Integer.parseInt(run.group(1));
    return length >= 2 && length <= 80 ? " ".repeat(length) : run.group();
  }

  @Override
  public void close() {
    pieces.close();
  }
}
