package org.sparklora.text.metaspace;

import org.sparklora.text.encoder.AddedTokens;
import org.sparklora.text.encoder.IdBuffer;
import org.sparklora.text.encoder.Parts;
import org.sparklora.text.encoder.Spellings;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.Utf8Buffer;
import org.sparklora.text.metaspace.BlankRules.Prefix;

/**
 * BPE over characters as the {@code tokenizer.json} of LLaMA, Mistral, Phi-3 and Gemma describes
 * it, without the post-processor.
 */
final class MetaspaceEncoder implements TextCodec {
  private final MetaspaceModel model;
  private final BlankRules blanks;
  private final AddedTokens literalTokens;
  private final AddedTokens normalizedTokens;
  private final CharacterMerges merges;
  private final Parts parts;
  private final boolean mayJoinAcross;
  private final Utf8Buffer utf8 = new Utf8Buffer();
  private final Utf8Buffer normalized = new Utf8Buffer();
  private final Utf8Buffer prepared = new Utf8Buffer();
  private final IdBuffer ids = new IdBuffer();

  MetaspaceEncoder(MetaspaceModel model) {
    this.model = model;
    this.blanks = model.blanks;
    this.literalTokens = model.addedTokens(false);
    this.normalizedTokens = model.addedTokens(true);
    this.merges = model.merges.forAnotherThread();
    this.parts = new Parts(model.splits, merges);
    this.mayJoinAcross = merges.mayJoinAcross();
  }

  @Override
  public int[] encode(String text) {
    ids.clear();
    utf8.setAsTheRustLibrary(text);
    literalTokens.rewind(0);
    while (literalTokens.nextText(utf8.bytes(), utf8.length(), ids)) {
      normalize(utf8.bytes(), literalTokens.textStart(), literalTokens.textEnd());
    }
    return ids.toArray();
  }

  @Override
  public String decode(int[] idsToDecode) {
    return model.decoding.decode(idsToDecode);
  }

  @Override
  public String decodeSoFar(int[] idsToDecode) {
    return model.decoding.decodeSoFar(idsToDecode);
  }

  @Override
  public Spellings spellings() {
    return model.decoding.spellings();
  }

  private void normalize(byte[] text, int from, int to) {
    if (blanks.normalizes()) {
      normalized.clear();
      prepare(text, from, to, blanks.normalizerPrepends(), blanks.normalizerReplaces(), normalized);
      encodeNormalized(normalized.bytes(), 0, normalized.length(), from == 0);
    } else {
      encodeNormalized(text, from, to, from == 0);
    }
  }

  private void encodeNormalized(byte[] text, int from, int to, boolean first) {
    normalizedTokens.rewind(from);
    while (normalizedTokens.nextText(text, to, ids)) {
      int start = normalizedTokens.textStart();
      preTokenize(text, start, normalizedTokens.textEnd(), first && start == from);
    }
  }

  private void preTokenize(byte[] text, int from, int to, boolean first) {
    boolean prefix =
        (blanks.prefix() == Prefix.ALWAYS || (blanks.prefix() == Prefix.FIRST && first))
            && text[from] != ' '
            && !isBlank(text, from, to);
    boolean replaces = blanks.replaces() && !blanks.normalizerReplaces();
    if (prefix || replaces) {
      prepared.clear();
      prepare(text, from, to, prefix, replaces, prepared);
      words(prepared.bytes(), 0, prepared.length());
    } else {
      words(text, from, to);
    }
  }

  private static void prepare(
      byte[] text, int from, int to, boolean prefix, boolean replaces, Utf8Buffer into) {
    if (prefix) {
      into.append(BlankRules.BLANK);
    }
    int done = from;
    for (int at = from; replaces && at < to; at++) {
      if (text[at] == ' ') {
        into.append(text, done, at - done);
        into.append(BlankRules.BLANK);
        done = at + 1;
      }
    }
    into.append(text, done, to - done);
  }

  private void words(byte[] text, int from, int to) {
    int start = from;
    for (int at = from + 1; blanks.splits() && at < to; at++) {
      if (isBlank(text, at, to)) {
        word(text, start, at);
        start = at;
      }
    }
    word(text, start, to);
  }

  private void word(byte[] text, int from, int to) {
    boolean whole =
        model.wholeWords.isPresent() && model.wholeWords.get().find(text, from, to - from, ids);
    if (whole) {
      return;
    }
    if (mayJoinAcross && merges.joinsAcross(text, from, to)) {
      merges.encode(text, from, to, ids);
    } else {
      parts.encode(text, from, to, ids);
    }
  }

  private static boolean isBlank(byte[] text, int at, int to) {
    return to - at >= 3
        && text[at] == (byte) 0xe2
        && text[at + 1] == (byte) 0x96
        && text[at + 2] == (byte) 0x81;
  }
}
