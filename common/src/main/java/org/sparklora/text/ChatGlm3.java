package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.text.EncoderChoice.Opened;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.sentencepiece.SentencePieceFile;

/**
 * Opens codecs of ChatGLM3: ChatGLM2's, with a token for each role of a chat. Role tokens typed in
 * a text stay text, except in a rendered chat.
 */
record ChatGlm3(EncoderChoice tokenizers) {
  private static final String FILE = "tokenizer.model";
  private static final List<String> COMMANDS =
      List.of("[MASK]", "[gMASK]", "[sMASK]", "sop", "eop");
  private static final List<String> ROLES =
      List.of("<|system|>", "<|user|>", "<|assistant|>", "<|observation|>");

  TokenCodec open(TokenizerFolder folder, JsonNode config) {
    HashedFile file = folder.vocabulary(FILE);
    Opened<SentencePieceFile> opened = tokenizers.sentencePiece(file);
    int size = opened.file().size();
    Map<String, Integer> commands = numbered(COMMANDS, size);
    Map<String, Integer> roles = numbered(ROLES, size + COMMANDS.size());
    TextCodec text = new WithinVocabulary(opened.codec(), size);
    PromptFrame frame =
        new PromptFrame(new int[] {commands.get("[gMASK]"), commands.get("sop")}, new int[0]);
    return new FramedCodec(text, frame, EndOfSequence.of(config), folder.fingerprint(file))
        .withSpecial(token -> roles.getOrDefault(token, commands.getOrDefault(token, -1)))
        .withRendered(new SplitOutTokens(text, roles, false));
  }

  private static Map<String, Integer> numbered(List<String> tokens, int from) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    tokens.forEach(token -> ids.put(token, from + ids.size()));
    return ids;
  }
}
