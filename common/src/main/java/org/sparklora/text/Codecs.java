package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.sparklora.Failure;
import org.sparklora.ModelFamily;

/** Opens the codec of a base model's folder; {@code config.json} decides the family. */
public final class Codecs {
  private static final PieceEncoders ENCODERS =
      new PieceEncoders(LoggerFactory.getLogger(Codecs.class)::warn);
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
    TokenizerFiles files = new TokenizerFiles(modelFolder);
    JsonNode config = files.config();
    return switch (family(config)) {
      case CHATGLM -> chatGlm(files, config);
      case CHATGLM2 -> chatGlm2(files, config);
      case BAICHUAN -> baichuan(files, config);
      case LLAMA, QWEN2 -> tokenizerJson(files, config);
    };
  }

  private static ModelFamily family(JsonNode config) {
    String type = config.path("model_type").asText("");
    return ModelFamily.of(type, config::hasNonNull)
        .orElseThrow(
            () ->
                type.equals(ModelFamily.CHATGLM_TYPE)
                    ? unknown(
                        "generation of chatglm", "neither ChatGLM-6B's nor ChatGLM2-6B's keys")
                    : unknown("model_type", type));
  }

  private static Failure unknown(String what, String actual) {
    return Failure.input(
        "Cannot open the base model, its config.json names an unknown %s: %s (expected chatglm, baichuan, llama or qwen2). Choose a supported base model."
            .formatted(what, actual));
  }

  /** Text, then [gMASK] and {@code <sop>}. */
  private static TokenCodec chatGlm(TokenizerFiles files, JsonNode config) {
    JsonNode settings = files.settings();
    refuseImageTokens(settings);
    Path file = files.required(CHATGLM_PIECES);
    SentencePieceTable table = SentencePieceTable.read(file);
    Map<String, Integer> special = new LinkedHashMap<>();
    for (String role : new String[] {"bos", "eos", "mask", "pad", "unk"}) {
      putSpecial(special, role, settings, table);
    }
    PieceEncoder pieces = new WithinVocabulary(ENCODERS.sentencePiece(file, table), table.size());
    PieceEncoder text = new SplitOutTokens(new ChatGlmBlanks(pieces), special, true);
    int[] after = {
      table.id(content(settings, "gmask", "[gMASK]")), table.id(content(settings, "bos", "<sop>"))
    };
    return new FramedCodec(
        new TidyPunctuation(text),
        new PromptFrame(new int[0], after),
        EndOfSequence.of(config),
        files.fingerprint(CHATGLM_PIECES));
  }

  /** [gMASK] and sop, then the text; both lie behind the pieces: [MASK] [gMASK] [sMASK] sop eop. */
  private static TokenCodec chatGlm2(TokenizerFiles files, JsonNode config) {
    Path file = files.required(SENTENCE_PIECE);
    SentencePieceTable table = SentencePieceTable.read(file);
    int size = table.size();
    int[] before = {size + 1, size + 3};
    PieceEncoder pieces = new WithinVocabulary(ENCODERS.sentencePiece(file, table), size);
    return new FramedCodec(
        pieces,
        new PromptFrame(before, new int[0]),
        EndOfSequence.of(config),
        files.fingerprint(SENTENCE_PIECE));
  }

  private static TokenCodec baichuan(TokenizerFiles files, JsonNode config) {
    JsonNode settings = files.settings();
    Path file = files.required(SENTENCE_PIECE);
    SentencePieceTable table = SentencePieceTable.read(file);
    Map<String, Integer> special = new LinkedHashMap<>();
    for (String role : new String[] {"bos", "eos", "pad", "unk"}) {
      putSpecial(special, role, settings, table);
    }
    PieceEncoder pieces = new WithinVocabulary(ENCODERS.sentencePiece(file, table), table.size());
    PieceEncoder text = tidy(new SplitOutTokens(pieces, special, false), settings, false);
    PromptFrame frame =
        new PromptFrame(
            settings.path("add_bos_token").asBoolean(true)
                ? new int[] {table.id(content(settings, "bos", "<s>"))}
                : new int[0],
            settings.path("add_eos_token").asBoolean(false)
                ? new int[] {table.id(content(settings, "eos", "</s>"))}
                : new int[0]);
    return new FramedCodec(
        text, frame, EndOfSequence.of(config), files.fingerprint(SENTENCE_PIECE));
  }

  private static TokenCodec tokenizerJson(TokenizerFiles files, JsonNode config) {
    Path file = files.required(TOKENIZER_JSON);
    TokenizerJsonFile json = TokenizerJsonFile.read(file);
    JsonNode settings = files.settings();
    int preferred = json.addedToken(content(settings, "eos", ""));
    return new FramedCodec(
        tidy(ENCODERS.tokenizerJson(file), settings, true),
        json.frame(),
        EndOfSequence.of(config, preferred),
        files.fingerprint(TOKENIZER_JSON));
  }

  private static PieceEncoder tidy(PieceEncoder pieces, JsonNode settings, boolean byDefault) {
    return settings.path("clean_up_tokenization_spaces").asBoolean(byDefault)
        ? new TidyPunctuation(pieces)
        : pieces;
  }

  private static void putSpecial(
      Map<String, Integer> special, String role, JsonNode settings, SentencePieceTable table) {
    String content = content(settings, role, "");
    if (table.has(content)) {
      special.put(content, table.id(content));
    }
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
