package org.sparklora.corpus;

import java.nio.charset.StandardCharsets;
import org.sparklora.corpus.CorpusRows.Located;

/** Rows of a recoded text: bad where bytes stood that are no character of its encoding. */
record Checked(Rows rows, String charset) implements Rows {
  @Override
  public Located next() {
    Located found = rows.next();
    return found == null || isText(found.row()) ? found : bad(found);
  }

  @Override
  public void close() {
    rows.close();
  }

  private static boolean isText(CorpusRow row) {
    if (row instanceof CorpusRow.Good good) {
      return isText(good.example().prompt()) && isText(good.example().target());
    }
    return isText(((CorpusRow.Bad) row).text());
  }

  private static boolean isText(String text) {
    return text.indexOf(TextStream.NO_CHARACTER) < 0;
  }

  private Located bad(Located found) {
    byte[] content =
        found.row() instanceof CorpusRow.Good good
            ? (good.example().prompt() + "\t" + good.example().target())
                .getBytes(StandardCharsets.UTF_8)
            : ((CorpusRow.Bad) found.row()).content();
    CorpusRow row = new CorpusRow.Bad("it is not " + charset, found.line().orElse(content));
    return new Located(
        found.file(), found.unit(), found.position(), found.place(), row, found.line());
  }
}
