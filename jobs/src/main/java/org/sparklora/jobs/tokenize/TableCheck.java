package org.sparklora.jobs.tokenize;

import java.util.List;
import org.sparklora.Failure;
import org.sparklora.feature.DataFile;
import org.sparklora.feature.TableCounts;
import org.sparklora.feature.TableFolder;
import org.sparklora.tokenize.HoldOut;

/** Refuses a table that came to nothing, or to something else than was read. */
record TableCheck(TokenizeSite site, TableFolder table, HoldOut part) {
  void check(TaskReport all, List<DataFile> files) {
    TableCounts counts = all.counters().counts();
    long committed = files.stream().mapToLong(DataFile::rows).sum();
    requireHeldOut(files);
    requireGood(counts, all);
    requireAll(counts, committed);
    requireSome(counts, committed);
  }

  private void requireHeldOut(List<DataFile> files) {
    if (part.side() == HoldOut.Side.HELD_OUT && files.isEmpty()) {
      throw Failure.input(
          "Cannot tokenize, no row is held out: --val_size %s of the prompts (expected at least one row). Raise --val_size, or leave it out."
              .formatted(site.config().valSize()));
    }
  }

  private void requireGood(TableCounts counts, TaskReport all) {
    double most =
        site.config().isPlain()
            ? site.config().maxBadFraction()
            : site.config().chat().maxBadFraction();
    if (counts.badFraction() > most) {
      throw Failure.input(
          "Cannot tokenize, too many rows are bad: %d of %d, %s (expected at most %s of them). Look into %s, correct the corpus or raise --max_bad_fraction."
              .formatted(
                  counts.bad(),
                  counts.read(),
                  all.reasons().commonest(site.store()),
                  most,
                  table.quarantine()));
    }
  }

  private void requireAll(TableCounts counts, long committed) {
    if (committed != counts.written()) {
      throw Failure.storage(
          "Cannot tokenize, the table holds other rows than were written: %d (expected %d). Check the store and run again."
              .formatted(committed, counts.written()),
          null);
    }
  }

  private void requireSome(TableCounts counts, long committed) {
    if (committed == 0) {
      throw Failure.input(
          "Cannot tokenize, no row is left: %d read, %d dropped, %d bad (expected at least one good). Check --input_file, --max_seq_length and %s."
              .formatted(counts.read(), counts.dropped(), counts.bad(), table.quarantine()));
    }
  }
}
