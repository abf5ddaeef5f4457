package org.sparklora.text;

import java.io.IOException;
import org.sparklora.text.encoder.SentencePieceEncoder;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/** A SentencePiece model through our own encoder. */
final class OwnSentencePiece implements TextCodec {
  private static final SharedEncoders<SentencePieceEncoder> SHARED =
      new SharedEncoders<>(SentencePieceEncoder::read, SentencePieceEncoder::another);

  private final SharedEncoders.Loan<SentencePieceEncoder> loan;
  private final SentencePieceDecoding decoding;

  private OwnSentencePiece(
      SharedEncoders.Loan<SentencePieceEncoder> loan, SentencePieceDecoding decoding) {
    this.loan = loan;
    this.decoding = decoding;
  }

  static OwnSentencePiece open(HashedFile file, SentencePieceDecoding decoding)
      throws IOException, UnsupportedTokenizer {
    return new OwnSentencePiece(SHARED.borrow(file), decoding);
  }

  @Override
  public int[] encode(String text) {
    return loan.encoder().encode(text);
  }

  @Override
  public String decode(int[] ids) {
    return decoding.decode(ids);
  }

  @Override
  public void close() {
    loan.close();
  }
}
