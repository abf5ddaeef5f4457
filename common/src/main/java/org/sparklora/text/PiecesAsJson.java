package org.sparklora.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.sparklora.text.sentencepiece.SentencePieceFile;

/**
 * A {@code tokenizer.model} written as the {@code tokenizer.json} that transformers 5 makes of it:
 * every way to form a piece from two pieces is a merge, in the order of the pieces.
 */
final class PiecesAsJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SentencePieceFile pieces;
  private final ObjectNode tokenizer = JSON.createObjectNode();

  private PiecesAsJson(SentencePieceFile pieces) {
    this.pieces = pieces;
  }

  static byte[] of(SentencePieceFile pieces) {
    PiecesAsJson made = new PiecesAsJson(pieces);
    made.addTokens();
    made.addModel();
    try {
      return JSON.writeValueAsBytes(made.tokenizer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of strings and numbers can be written", e);
    }
  }

  private void addTokens() {
    ArrayNode tokens = tokenizer.putArray("added_tokens");
    for (int id = 0; id < pieces.size(); id++) {
      if (pieces.isControl(id) || pieces.isUserDefined(id)) {
        ObjectNode token = tokens.addObject().put("id", id).put("content", pieces.text(id));
        token.put("single_word", false).put("lstrip", false).put("rstrip", false);
        token.put("normalized", false).put("special", pieces.isControl(id));
      }
    }
    tokenizer.putNull("normalizer").putNull("pre_tokenizer");
    tokenizer.putNull("post_processor").putNull("decoder");
  }

  private void addModel() {
    ObjectNode model = tokenizer.putObject("model").put("type", "BPE");
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < pieces.size(); id++) {
      vocabulary.put(pieces.text(id), id);
    }
    ArrayNode merges = model.putArray("merges");
    for (int id = 0; id < pieces.size(); id++) {
      String piece = pieces.text(id);
      for (int at = 0; (at = piece.offsetByCodePoints(at, 1)) < piece.length(); ) {
        String left = piece.substring(0, at);
        String right = piece.substring(at);
        if (vocabulary.has(left) && vocabulary.has(right)) {
          merges.addArray().add(left).add(right);
        }
      }
    }
  }
}
