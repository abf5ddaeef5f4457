package org.sparklora.text;

import java.io.IOException;
import org.sparklora.text.encoder.ByteLevelEncoder;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/** {@code tokenizer.json} with byte-level BPE through our own encoder. */
final class OwnTokenizerJson implements TextCodec {
  private static final SharedEncoders<ByteLevelEncoder> SHARED =
      new SharedEncoders<>(ByteLevelEncoder::read, ByteLevelEncoder::another);

  private final SharedEncoders.Loan<ByteLevelEncoder> loan;

  private OwnTokenizerJson(SharedEncoders.Loan<ByteLevelEncoder> loan) {
    this.loan = loan;
  }

  static OwnTokenizerJson open(HashedFile file) throws IOException, UnsupportedTokenizer {
    return new OwnTokenizerJson(SHARED.borrow(file));
  }

  @Override
  public int[] encode(String text) {
    return loan.encoder().encode(text);
  }

  @Override
  public String decode(int[] ids) {
    return loan.encoder().decode(ids);
  }

  @Override
  public void close() {
    loan.close();
  }
}
