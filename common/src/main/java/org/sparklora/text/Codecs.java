package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.sparklora.Failure;
import org.sparklora.ModelFamily;

/** Opens the codec of a base model's folder; {@code config.json} decides the family. */
public final class Codecs {
  private static final EncoderChoice ENCODERS =
      new EncoderChoice(LoggerFactory.getLogger(Codecs.class)::warn);
  private static final String SENTENCE_PIECE = "tokenizer.model";
  private static final String CHATGLM_PIECES = "ice_text.model";
  private static final String TOKENIZER_JSON = "tokenizer.json";

  private Codecs() {}

  /**
   * The codec of the model in {@code modelFolder}, a local folder laid out as on the model hub.
   *
   * @throws Failure when the family is unknown or a file is missing or damaged
   */
  public static TokenCodec open(Path modelFolder) {
    TokenizerFolder folder = new TokenizerFolder(modelFolder);
    JsonNode config = folder.config();
    return switch (family(config)) {
      case CHATGLM -> chatGlm(folder, config);
      case CHATGLM2 -> chatGlm2(folder, config);
      case BAICHUAN -> baichuan(folder, config);
      case LLAMA, QWEN2 -> tokenizerJson(folder, config);
    };
  }

  private static ModelFamily family(JsonNode config) {
    return ModelFamily.of(config).orElseThrow(() -> unknown(config.path("model_type").asText("")));
  }

  private static Failure unknown(String type) {
    List<String> types = ModelFamily.modelTypes();
    int last = types.size() - 1;
    String expected = String.join(", ", types.subList(0, last)) + " or " + types.get(last);
    return Failure.input(
        "Cannot open the base model, its config.json names an unknown %s (expected %s). Choose a supported base model."
            .formatted(
                types.contains(type)
                    ? "generation of %s: neither ChatGLM-6B's nor ChatGLM2-6B's keys"
                        .formatted(type)
                    : "model_type: " + type,
                expected));
  }

  /** Text, then [gMASK] and {@code <sop>}. */
  private static TokenCodec chatGlm(TokenizerFolder folder, JsonNode config) {
    JsonNode settings = folder.settings();
    refuseImageTokens(settings);
    HashedFile file = folder.vocabulary(CHATGLM_PIECES);
    SentencePieceTable table = SentencePieceTable.of(file);
    Map<String, Integer> special = new LinkedHashMap<>();
    for (String role : new String[] {"bos", "eos", "mask", "pad", "unk"}) {
      putSpecial(special, role, settings, table);
    }
    TextCodec pieces = new WithinVocabulary(ENCODERS.sentencePiece(file, table), table.size());
    TextCodec text = new SplitOutTokens(new ChatGlmBlanks(pieces), special, true);
    int[] after = {
      piece(table, content(settings, "gmask", "[gMASK]"), file),
      piece(table, content(settings, "bos", "<sop>"), file)
    };
    return new FramedCodec(
        new TidyPunctuation(text),
        new PromptFrame(new int[0], after),
        EndOfSequence.of(config),
        folder.fingerprint(file));
  }

  /** [gMASK] and sop, then the text; both lie behind the pieces: [MASK] [gMASK] [sMASK] sop eop. */
  private static TokenCodec chatGlm2(TokenizerFolder folder, JsonNode config) {
    HashedFile file = folder.vocabulary(SENTENCE_PIECE);
    SentencePieceTable table = SentencePieceTable.of(file);
    int size = table.size();
    int[] before = {size + 1, size + 3};
    TextCodec pieces = new WithinVocabulary(ENCODERS.sentencePiece(file, table), size);
    return new FramedCodec(
        pieces,
        new PromptFrame(before, new int[0]),
        EndOfSequence.of(config),
        folder.fingerprint(file));
  }

  private static TokenCodec baichuan(TokenizerFolder folder, JsonNode config) {
    JsonNode settings = folder.settings();
    HashedFile file = folder.vocabulary(SENTENCE_PIECE);
    SentencePieceTable table = SentencePieceTable.of(file);
    Map<String, Integer> special = new LinkedHashMap<>();
    for (String role : new String[] {"bos", "eos", "pad", "unk"}) {
      putSpecial(special, role, settings, table);
    }
    TextCodec pieces = new WithinVocabulary(ENCODERS.sentencePiece(file, table), table.size());
    TextCodec text = tidy(new SplitOutTokens(pieces, special, false), settings, false);
    PromptFrame frame =
        new PromptFrame(
            settings.path("add_bos_token").asBoolean(true)
                ? new int[] {piece(table, content(settings, "bos", "<s>"), file)}
                : new int[0],
            settings.path("add_eos_token").asBoolean(false)
                ? new int[] {piece(table, content(settings, "eos", "</s>"), file)}
                : new int[0]);
    return new FramedCodec(text, frame, EndOfSequence.of(config), folder.fingerprint(file));
  }

  private static TokenCodec tokenizerJson(TokenizerFolder folder, JsonNode config) {
    HashedFile file = folder.vocabulary(TOKENIZER_JSON);
    TokenizerJsonFile json = TokenizerJsonFile.of(file);
    JsonNode settings = folder.settings();
    int preferred = json.addedToken(content(settings, "eos", ""));
    return new FramedCodec(
        tidy(ENCODERS.tokenizerJson(file), settings, true),
        json.frame(),
        EndOfSequence.of(config, preferred),
        folder.fingerprint(file));
  }

  private static TextCodec tidy(TextCodec pieces, JsonNode settings, boolean byDefault) {
    return settings.path("clean_up_tokenization_spaces").asBoolean(byDefault)
        ? new TidyPunctuation(pieces)
        : pieces;
  }

  private static void putSpecial(
      Map<String, Integer> special, String role, JsonNode settings, SentencePieceTable table) {
    String content = content(settings, role, "");
    table.id(content).ifPresent(id -> special.put(content, id));
  }

  private static int piece(SentencePieceTable table, String piece, HashedFile file) {
    return table
        .id(piece)
        .orElseThrow(
            () ->
                Failure.input(
                    "Cannot read the tokenizer, it has no piece %s: %s (expected the family's own tokenizer file). Download the file again."
                        .formatted(piece, file.path())));
  }

  /** The text of a special token: a string, or an object with {@code content}. */
  private static String content(JsonNode settings, String role, String byDefault) {
    JsonNode token = settings.path(role + "_token");
    return token.isObject() ? token.path("content").asText(byDefault) : token.asText(byDefault);
  }

  private static void refuseImageTokens(JsonNode settings) {
    int images = settings.path("num_image_tokens").asInt(0);
    if (images != 0) {
      throw Failure.input(
          "Cannot read the tokenizer, num_image_tokens is not supported: %d (expected 0). Download the present revision of ChatGLM-6B."
              .formatted(images));
    }
  }
}
