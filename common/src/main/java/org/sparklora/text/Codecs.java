package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.ModelFamily;
import org.sparklora.text.EncoderChoice.Opened;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.sentencepiece.SentencePieceFile;

/** Opens the codec of a base model's folder; {@code config.json} decides the family. */
public final class Codecs {
  private static final Log LOG = Log.of(Codecs.class);
  private static final Notes NOTES = new Notes(note -> LOG.warn("{}", note));
  private static final EncoderChoice TOKENIZERS = new EncoderChoice(NOTES);
  private static final String SENTENCE_PIECE = "tokenizer.model";
  private static final String CHATGLM_PIECES = "ice_text.model";

  private Codecs() {}

  /**
   * Opens the codec of the model in {@code modelFolder}, a local folder laid out as on the hub.
   *
   * @throws Failure when the family is unknown or a file is missing or damaged
   */
  public static TokenCodec open(Path modelFolder) {
    TokenizerFolder folder = new TokenizerFolder(modelFolder);
    JsonNode config = folder.config();
    return switch (family(config)) {
      case CHATGLM -> chatGlm(folder, config);
      case CHATGLM2 -> chatGlm2(folder, config);
      case CHATGLM3 -> new ChatGlm3(TOKENIZERS).open(folder, config);
      case BAICHUAN, BAICHUAN2 -> baichuan(folder, config);
      case LLAMA -> llama(folder, config);
      case GLM, MISTRAL, QWEN2, QWEN3, PHI3, GEMMA3_TEXT -> tokenizerJson(folder, config);
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

  /** The text is followed by [gMASK] and {@code <sop>}. */
  private static TokenCodec chatGlm(TokenizerFolder folder, JsonNode config) {
    TokenizerSettings settings = folder.settings();
    refuseImageTokens(settings);
    HashedFile file = folder.vocabulary(CHATGLM_PIECES);
    Opened<SentencePieceFile> opened = TOKENIZERS.sentencePiece(file);
    SentencePieceFile pieces = opened.file();
    Map<String, Integer> special =
        specialTokens(settings, pieces, "bos", "eos", "mask", "pad", "unk");
    TextCodec text = new SplitOutTokens(new ChatGlmBlanks(withinVocabulary(opened)), special, true);
    int[] after = {
      piece(pieces, settings.specialToken("gmask", "[gMASK]"), file),
      piece(pieces, settings.specialToken("bos", "<sop>"), file)
    };
    return new FramedCodec(
            text,
            new PromptFrame(new int[0], after),
            EndOfSequence.of(config),
            folder.fingerprint(file))
        .withSpecial(token -> special.getOrDefault(token, -1));
  }

  /** [gMASK] and sop precede the text; ids after the pieces: [MASK] [gMASK] [sMASK] sop eop. */
  private static TokenCodec chatGlm2(TokenizerFolder folder, JsonNode config) {
    HashedFile file = folder.vocabulary(SENTENCE_PIECE);
    Opened<SentencePieceFile> opened = TOKENIZERS.sentencePiece(file);
    int size = opened.file().size();
    int[] before = {size + 1, size + 3};
    return new FramedCodec(
        withinVocabulary(opened),
        new PromptFrame(before, new int[0]),
        EndOfSequence.of(config),
        folder.fingerprint(file));
  }

  private static TokenCodec baichuan(TokenizerFolder folder, JsonNode config) {
    TokenizerSettings settings = folder.settings();
    HashedFile file = folder.vocabulary(SENTENCE_PIECE);
    Opened<SentencePieceFile> opened = TOKENIZERS.sentencePiece(file);
    SentencePieceFile pieces = opened.file();
    Map<String, Integer> special = specialTokens(settings, pieces, "bos", "eos", "pad", "unk");
    TextCodec text = new SplitOutTokens(withinVocabulary(opened), special, false);
    PromptFrame frame =
        new PromptFrame(
            settings.flag("add_bos_token", true)
                ? new int[] {piece(pieces, settings.specialToken("bos", "<s>"), file)}
                : new int[0],
            settings.flag("add_eos_token", false)
                ? new int[] {piece(pieces, settings.specialToken("eos", "</s>"), file)}
                : new int[0]);
    return new FramedCodec(text, frame, EndOfSequence.of(config), folder.fingerprint(file))
        .withSpecial(token -> special.getOrDefault(token, -1));
  }

  private static TokenCodec llama(TokenizerFolder folder, JsonNode config) {
    return folder.has(LlamaPieces.FILE) && !folder.has(JsonCodecs.FILE)
        ? new LlamaPieces(TOKENIZERS, NOTES).open(folder, config)
        : tokenizerJson(folder, config);
  }

  private static TokenCodec tokenizerJson(TokenizerFolder folder, JsonNode config) {
    return new JsonCodecs(TOKENIZERS, NOTES).open(folder, config, family(config));
  }

  private static TextCodec withinVocabulary(Opened<SentencePieceFile> opened) {
    return new WithinVocabulary(opened.codec(), opened.file().size());
  }

  /** Ids of the special tokens for these roles, as far as they are pieces. */
  private static Map<String, Integer> specialTokens(
      TokenizerSettings settings, SentencePieceFile pieces, String... roles) {
    Map<String, Integer> special = new LinkedHashMap<>();
    for (String role : roles) {
      String token = settings.specialToken(role, "");
      pieces.id(token).ifPresent(id -> special.put(token, id));
    }
    return special;
  }

  private static int piece(SentencePieceFile pieces, String piece, HashedFile file) {
    return pieces
        .id(piece)
        .orElseThrow(
            () ->
                Failure.input(
                    "Cannot read the tokenizer, it has no piece %s: %s (expected the family's own tokenizer file). Download the file again."
                        .formatted(piece, file.path())));
  }

  private static void refuseImageTokens(TokenizerSettings settings) {
    int images = settings.number("num_image_tokens", 0);
    if (images != 0) {
      throw Failure.input(
          "Cannot read the tokenizer, num_image_tokens is not supported: %d (expected 0). Download the present revision of ChatGLM-6B."
              .formatted(images));
    }
  }
}
