package org.sparklora.text;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.sparklora.text.encoder.Spellings;
import org.sparklora.text.encoder.TextCodec;

/**
 * Splits special tokens out of a text and encodes each stretch between them separately, as the
 * Python tokenizers of ChatGLM-6B and baichuan do.
 */
final class SplitOutTokens implements TextCodec {
  /** Matches nowhere; an empty pattern would match everywhere. */
  private static final String NOTHING = "(?!)";

  private final TextCodec pieces;
  private final Map<String, Integer> tokens;
  private final Spellings.Later spellings = new Spellings.Later(this::withTokens);
  private final boolean stripBlanksBeside;
  private final Pattern anyToken;

  SplitOutTokens(TextCodec pieces, Map<String, Integer> tokens, boolean stripBlanksBeside) {
    this.pieces = pieces;
    this.tokens = Map.copyOf(tokens);
    this.stripBlanksBeside = stripBlanksBeside;
    this.anyToken =
        Pattern.compile(
            tokens.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .reduce((one, other) -> one + "|" + other)
                .orElse(NOTHING));
  }

  @Override
  public int[] encode(String text) {
    List<MatchResult> found = anyToken.matcher(text).results().toList();
    IntStream.Builder ids = IntStream.builder();
    int from = 0;
    for (MatchResult token : found) {
      addText(text.substring(from, token.start()), from > 0, true, ids);
      ids.add(tokens.get(token.group()));
      from = token.end();
    }
    addText(text.substring(from), from > 0, false, ids);
    return ids.build().toArray();
  }

  private void addText(
      String text, boolean tokenBefore, boolean tokenBehind, IntStream.Builder ids) {
    int start = 0;
    int end = text.length();
    while (stripBlanksBeside && tokenBefore && start < end && isBlank(text.charAt(start))) {
      start++;
    }
    while (stripBlanksBeside && tokenBehind && end > start && isBlank(text.charAt(end - 1))) {
      end--;
    }
    if (start < end) {
      IntStream.of(pieces.encode(text.substring(start, end))).forEach(ids::add);
    }
  }

  /** What Python's {@code str.strip} removes. */
  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  /** Special tokens are skipped. */
  @Override
  public String decode(int[] ids) {
    return pieces.decode(withText(ids));
  }

  @Override
  public String decodeSoFar(int[] ids) {
    return pieces.decodeSoFar(withText(ids));
  }

  @Override
  public Spellings spellings() {
    return spellings.get();
  }

  private Spellings withTokens() {
    Map<Integer, byte[]> written = new HashMap<>();
    tokens.forEach((token, id) -> written.put(id, token.getBytes(StandardCharsets.UTF_8)));
    return pieces.spellings().with(written);
  }

  private int[] withText(int... ids) {
    return IntStream.of(ids).filter(id -> !tokens.containsValue(id)).toArray();
  }

  @Override
  public void close() {
    pieces.close();
  }
}
