package org.sparklora.text.bytelevel;

import static org.sparklora.text.encoder.CharacterClasses.NUMBER;

import org.sparklora.text.encoder.CharacterClasses;
import org.sparklora.text.encoder.Utf8;

/** Sets digits apart, each one or each run of them. */
record DigitWords(boolean each) implements WordScanner {
  @Override
  public int end(byte[] text, int from, int to) {
    int next = from + Utf8.length(text[from]);
    if (CharacterClasses.at(text, from) == NUMBER) {
      return each ? next : CharacterClasses.runEnd(text, next, to, NUMBER);
    }
    int at = next;
    while (at < to && CharacterClasses.at(text, at) != NUMBER) {
      at += Utf8.length(text[at]);
    }
    return at;
  }
}
