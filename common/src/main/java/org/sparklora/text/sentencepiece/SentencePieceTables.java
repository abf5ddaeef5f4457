package org.sparklora.text.sentencepiece;

import java.nio.charset.StandardCharsets;
import org.sparklora.text.encoder.SafeSplits;
import org.sparklora.text.encoder.SegmentationModel;
import org.sparklora.text.encoder.UnsupportedTokenizer;
import org.sparklora.text.sentencepiece.Piece.Kind;

/** The immutable tables that all encoders of a model share. */
record SentencePieceTables(
    boolean addsDummyPrefix,
    boolean removesExtraBlanks,
    CharsMap map,
    UserDefinedPieces userDefined,
    SafeSplits splits,
    SegmentationModel segmentation) {

  static SentencePieceTables of(ModelProto model, PieceIndex index) throws UnsupportedTokenizer {
    model.check();
    PieceIds pieces = new PieceIds(index, model.byteFallback);
    UserDefinedPieces userDefined = new UserDefinedPieces(pieces, pieces.ids(Kind.USER_DEFINED));
    SafeSplits splits = new SafeSplits(4 * pieces.size());
    model.pieces.stream()
        .filter(piece -> piece.kind().isText())
        .forEach(piece -> splits.join(piece.text().getBytes(StandardCharsets.UTF_8)));
    SegmentationModel segmentation =
        model.isUnigram() ? UnigramModel.of(pieces) : BpeModel.of(pieces, userDefined);
    return new SentencePieceTables(
        model.addsDummyPrefix,
        model.removesExtraBlanks,
        CharsMap.read(model.charsMap),
        userDefined,
        splits,
        segmentation);
  }
}
