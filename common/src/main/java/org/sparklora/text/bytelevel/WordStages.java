package org.sparklora.text.bytelevel;

import static org.sparklora.text.encoder.BpeFile.isType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/**
 * How text is split into words: by some splitters, each splitting the words of the one before, and
 * finally by a scanner, before which each word may get a blank.
 */
record WordStages(List<WordSplitter> first, boolean prefixSpace, WordScanner last) {
  private static final WordScanner WHOLE = (text, from, to) -> to;

  /** Reads a {@code pre_tokenizer}; what is not known is refused by name. */
  static WordStages of(JsonNode preTokenizer) throws UnsupportedTokenizer {
    List<JsonNode> parts = new ArrayList<>();
    if (isType(preTokenizer, "Sequence")) {
      preTokenizer.path("pretokenizers").forEach(parts::add);
    } else {
      parts.add(preTokenizer);
    }
    JsonNode bytes = parts.isEmpty() ? preTokenizer : parts.remove(parts.size() - 1);
    List<WordSplitter> splitters = new ArrayList<>();
    boolean known = isType(bytes, "ByteLevel");
    for (JsonNode part : parts) {
      splitter(part).ifPresent(splitters::add);
    }
    if (!known || splitters.size() < parts.size()) {
      throw new UnsupportedTokenizer("pre_tokenizer " + preTokenizer);
    }
    return new WordStages(
            splitters,
            bytes.path("add_prefix_space").asBoolean(),
            bytes.path("use_regex").asBoolean(true) ? new Gpt2Words() : WHOLE)
        .shortened();
  }

  private WordStages shortened() {
    int size = first.size();
    boolean scans = last == WHOLE && !prefixSpace && size > 0;
    return scans && first.get(size - 1) instanceof WordScanner scanner
        ? new WordStages(first.subList(0, size - 1), false, scanner)
        : this;
  }

  private static Optional<WordSplitter> splitter(JsonNode part) {
    if (isType(part, "Digits")) {
      return Optional.of(new DigitWords(part.path("individual_digits").asBoolean()));
    }
    String behavior = part.path("behavior").asText();
    boolean inverted = part.path("invert").asBoolean();
    boolean keepsGaps = behavior.equals("Isolated") && !inverted;
    boolean dropsGaps = behavior.equals("Removed") && inverted;
    if (!isType(part, "Split") || !(keepsGaps || dropsGaps)) {
      return Optional.empty();
    }
    JsonNode pattern = part.path("pattern");
    if (pattern.has("String")) {
      return Optional.of(RegexWords.ofString(pattern.path("String").asText(), keepsGaps));
    }
    String regex = pattern.path("Regex").asText();
    Optional<WordScanner> scanner = Llama3Words.of(regex); // which leaves no gaps
    return scanner.isPresent()
        ? scanner.map(WordSplitter.class::cast)
        : RegexWords.of(regex, keepsGaps);
  }
}
