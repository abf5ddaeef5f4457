package org.sparklora.text.bytelevel;

import static org.sparklora.text.encoder.CharacterClasses.SPACE;

import org.sparklora.text.encoder.CharacterClasses;

/** The pattern built into the ByteLevel pre-tokenizer. */
final class Gpt2Words implements WordScanner {
  // 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
  @Override
  public int end(byte[] text, int from, int to) {
    if (text[from] == '\'') {
      int length = contraction(text, from + 1, to);
      if (length > 0) {
        return from + 1 + length;
      }
    }
    int start = text[from] == ' ' && from + 1 < to ? from + 1 : from;
    byte kind = CharacterClasses.at(text, start);
    return kind == SPACE
        ? Runs.blanksEnd(text, from, to)
        : CharacterClasses.runEnd(text, start, to, kind);
  }

  private static int contraction(byte[] text, int at, int to) {
    if (at >= to) {
      return 0;
    }
    byte next = at + 1 < to ? text[at + 1] : 0;
    return switch (text[at]) {
      case 's', 't', 'm', 'd' -> 1;
      case 'r', 'v' -> next == 'e' ? 2 : 0;
      case 'l' -> next == 'l' ? 2 : 0;
      default -> 0;
    };
  }
}
