package org.sparklora.text.bytelevel;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.sparklora.text.encoder.AddedTokens;
import org.sparklora.text.encoder.IdBuffer;
import org.sparklora.text.encoder.Spellings;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.Utf8Buffer;

/**
 * Byte-level BPE as the {@code tokenizer.json} of Qwen2 and LLaMA-3 describes it, without the
 * post-processor.
 */
final class ByteLevelEncoder implements TextCodec {
  private final ByteLevelModel model;
  private final AddedTokens literalTokens;
  private final AddedTokens normalizedTokens;
  private final WordEncoder words;
  private final Utf8Buffer utf8 = new Utf8Buffer();
  private final Utf8Buffer normalized = new Utf8Buffer();
  private final IdBuffer ownIds = new IdBuffer();
  private IdBuffer ids = ownIds;
  private boolean needsNormalization;

  ByteLevelEncoder(ByteLevelModel model) {
    this.model = model;
    this.literalTokens = model.addedTokens(false);
    this.normalizedTokens = model.addedTokens(true);
    this.words = new WordEncoder(model);
  }

  @Override
  public int[] encode(String text) {
    encode(text, ownIds);
    return ownIds.toArray();
  }

  /** Replaces the content of {@code into} with the ids of {@code text}. */
  void encode(String text, IdBuffer into) {
    into.clear();
    ids = into;
    utf8.setAsTheRustLibrary(text);
    needsNormalization = model.nfc && !Nfc.isInert(utf8.chars(), utf8.charCount());
    literalTokens.rewind(0);
    while (literalTokens.nextText(utf8.bytes(), utf8.length(), ids)) {
      normalize(utf8.bytes(), literalTokens.textStart(), literalTokens.textEnd());
    }
  }

  /** Special tokens and ids without a token are skipped. */
  @Override
  public String decode(int[] idsToDecode) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 * idsToDecode.length);
    for (int id : idsToDecode) {
      if (model.spellings.length(id) > 0 && !model.special[id]) {
        model.spellings.append(id, bytes);
      }
    }
    return LossyUtf8.decode(bytes.toByteArray());
  }

  @Override
  public Spellings spellings() {
    return model.spellings;
  }

  private void normalize(byte[] text, int from, int to) {
    if (needsNormalization) {
      normalized.set(Nfc.normalize(new String(text, from, to - from, StandardCharsets.UTF_8)));
      encodeNormalized(normalized.bytes(), 0, normalized.length());
    } else {
      encodeNormalized(text, from, to);
    }
  }

  private void encodeNormalized(byte[] text, int from, int to) {
    normalizedTokens.rewind(from);
    while (normalizedTokens.nextText(text, to, ids)) {
      words.encode(text, normalizedTokens.textStart(), normalizedTokens.textEnd(), ids);
    }
  }
}
