package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.stream.IntStream;
import org.sparklora.ModelFamily;
import org.sparklora.text.EncoderChoice.Opened;
import org.sparklora.text.json.TokenizerJson;

/**
 * Opens codecs of LLaMA models that have a {@code tokenizer.model} and no {@code tokenizer.json}.
 */
record LlamaPieces(EncoderChoice tokenizers, Notes notes) {
  static final String FILE = "tokenizer.model";

  TokenCodec open(TokenizerFolder folder, JsonNode config) {
    TokenizerSettings settings =
        folder
            .mergedSettings()
            .withDefault("tokenizer_class", "LlamaTokenizer")
            .withDefault("bos_token", "<s>")
            .withDefault("eos_token", "</s>")
            .withDefault("unk_token", "<unk>");
    HashedFile pieces = folder.vocabulary(FILE);
    HashedFile file = asJson(pieces, settings);
    Opened<TokenizerJson> opened = tokenizers.tokenizerJson(file);
    TokenizerJson json = opened.file();
    PromptFrame frame =
        new PromptFrame(
            special("bos", settings, json).toArray(), special("eos", settings, json).toArray());
    new TransformersFour(pieces.path(), settings, ModelFamily.LLAMA)
        .differences(
            asInVersionFour(json.outline(), settings), json.outline(), frame, json::addedToken)
        .forEach(notes::tell);
    return new FramedCodec(
            opened.codec(),
            frame,
            EndOfSequence.of(config, json.addedToken(settings.specialToken("eos", ""))),
            folder.fingerprint(file))
        .withSpecial(json::addedToken);
  }

  private HashedFile asJson(HashedFile pieces, TokenizerSettings settings) {
    TokenizerCompletion completion = new TokenizerCompletion(settings, ModelFamily.LLAMA);
    return tokenizers.completedFiles().of(pieces, completion, () -> newlyMade(pieces, completion));
  }

  private HashedFile newlyMade(HashedFile pieces, TokenizerCompletion completion) {
    byte[] json = PiecesAsJson.of(tokenizers.parsedPieces(pieces));
    try {
      return new HashedFile(pieces.path(), TokenizerJson.changed(json, completion::of));
    } catch (IOException e) {
      throw TokenizerFolder.damaged(pieces.path(), e);
    }
  }

  private static IntStream special(String role, TokenizerSettings settings, TokenizerJson json) {
    return IntStream.of(json.addedToken(settings.specialToken(role, "")))
        .filter(id -> id >= 0 && settings.flag("add_" + role + "_token", false));
  }

  /** Version 4 puts blanks by a normalizer unless {@code legacy} is false. */
  private static ObjectNode asInVersionFour(ObjectNode outline, TokenizerSettings settings) {
    if (settings.flag("legacy", true)) {
      outline.set("normalizer", JsonNodeFactory.instance.objectNode().put("type", "Prepend"));
    }
    return outline;
  }
}
