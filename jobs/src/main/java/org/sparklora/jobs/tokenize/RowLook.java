package org.sparklora.jobs.tokenize;

import java.io.Serializable;
import java.util.Optional;
import org.sparklora.blend.Blend;
import org.sparklora.blend.RowKey;
import org.sparklora.corpus.Example;
import org.sparklora.near.NearText;
import org.sparklora.near.RowPlace;
import org.sparklora.near.TextKey;
import org.sparklora.tokenize.Dedup;
import org.sparklora.tokenize.RowTexts;
import org.sparklora.tokenize.Sides;

/**
 * What has to be known of rows before any is chosen.
 *
 * @param mix the order of each corpus of a mix; null where there is none
 * @param valSize of {@code --val_size}
 */
record RowLook(RowReading reading, Dedup dedup, Blend mix, double valSize) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Whether rows are looked at; else each one says by itself whether it is taken. */
  boolean isNeeded() {
    return dedup != Dedup.OFF || mix != null || splits();
  }

  /** Whether prompts do not say alone on which side they are. */
  boolean splits() {
    return valSize >= 1 || (valSize > 0 && dedup == Dedup.NEAR);
  }

  Eye begin() {
    return new Eye(this, reading.texts());
  }

  /** What one task looks with. */
  record Eye(RowLook look, RowTexts.Reader reader) {
    KnownRow see(RowPlace place, String file, long inFile, Example row) {
      boolean near = look.dedup == Dedup.NEAR;
      RowKey mix = look.mix == null ? null : look.mix.key(file, inFile, row.prompt(), row.target());
      Optional<RowTexts> texts =
          look.dedup != Dedup.OFF || look.splits() ? reader.read(row) : Optional.empty();
      Optional<String> prompt = texts.filter(t -> look.splits()).flatMap(RowTexts::prompt);
      return new KnownRow(
          place,
          mix,
          texts.filter(t -> look.dedup != Dedup.OFF).map(t -> TextKey.of(t.key())).orElse(null),
          texts.filter(t -> near).map(t -> NearText.of(t.whole())).orElse(null),
          prompt.filter(p -> !near).map(Sides::keyOf).orElse(null),
          prompt.filter(p -> near).map(NearText::of).orElse(null));
    }
  }
}
