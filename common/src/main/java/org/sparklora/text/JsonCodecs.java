package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.sparklora.ModelFamily;
import org.sparklora.text.EncoderChoice.Opened;
import org.sparklora.text.json.TokenizerJson;

/** Opens codecs of {@code tokenizer.json}, with what the settings beside it say. */
record JsonCodecs(EncoderChoice tokenizers, Notes notes) {
  static final String FILE = "tokenizer.json";

  TokenCodec open(TokenizerFolder folder, JsonNode config, ModelFamily family) {
    TokenizerSettings settings = folder.mergedSettings();
    HashedFile published = folder.vocabulary(FILE);
    HashedFile file = completed(published, new TokenizerCompletion(settings, family));
    Opened<TokenizerJson> opened = tokenizers.tokenizerJson(file);
    TokenizerJson json = opened.file();
    PromptFrame frame = PostProcessor.frame(json.postProcessor());
    new TransformersFour(file.path(), settings, family)
        .differences(
            tokenizers.parsed(published).outline(), json.outline(), frame, json::addedToken)
        .forEach(notes::tell);
    return new FramedCodec(
            opened.codec(),
            frame,
            EndOfSequence.of(config, json.addedToken(settings.specialToken("eos", ""))),
            folder.fingerprint(file))
        .withSpecial(json::addedToken);
  }

  private HashedFile completed(HashedFile file, TokenizerCompletion completion) {
    return tokenizers.completedFiles().of(file, completion, () -> newlyCompleted(file, completion));
  }

  private HashedFile newlyCompleted(HashedFile file, TokenizerCompletion completion) {
    ObjectNode outline = tokenizers.parsed(file).outline();
    if (completion.of(outline).equals(outline)) {
      return file;
    }
    try {
      return new HashedFile(file.path(), TokenizerJson.changed(file.bytes(), completion::of));
    } catch (IOException e) {
      throw TokenizerFolder.damaged(file.path(), e);
    }
  }
}
