package org.sparklora.jobs.tokenize;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.spark.TaskContext;
import org.apache.spark.util.CollectionAccumulator;
import org.sparklora.Failure;
import org.sparklora.Vocabulary;
import org.sparklora.corpus.BadReasons;
import org.sparklora.corpus.CorpusRow;
import org.sparklora.corpus.CorpusRows;
import org.sparklora.corpus.Example;
import org.sparklora.feature.FeatureRow;
import org.sparklora.jobs.spark.TaskEnd;
import org.sparklora.model.load.ModelFolders;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.near.LeftOut;
import org.sparklora.near.RowPlace;
import org.sparklora.storage.Store;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;
import org.sparklora.tokenize.Counters;
import org.sparklora.tokenize.HoldOut;
import org.sparklora.tokenize.RowMaker;
import org.sparklora.tokenize.RowOutcome;
import org.sparklora.tokenize.RowTexts;

/**
 * What one task does with its rows: good ones become feature rows, bad ones go to its quarantine
 * file. Its report reaches the driver only if the task succeeds.
 */
final class RowTokenizer {
  private final TokenizeSetup setup;
  private final TokenCodec codec;
  private final Vocabulary vocabulary;
  private final RowMaker featurizer;
  private final Counters counters = new Counters();
  private final BadReasons reasons = new BadReasons();
  private final QuarantineFile quarantine;
  private final RowTexts.Reader reader;
  private long seen;

  private RowTokenizer(
      TokenizeSetup setup, TokenCodec codec, Vocabulary vocabulary, QuarantineFile quarantine) {
    this.setup = setup;
    this.codec = codec;
    this.vocabulary = vocabulary;
    this.featurizer = setup.rowMaker(codec);
    this.quarantine = quarantine;
    this.reader = setup.reading().texts();
  }

  /** Opens the codec; everything is closed and reported when the task completes. */
  static RowTokenizer begin(
      TokenizeSetup setup, TaskContext context, CollectionAccumulator<TaskReport> reports) {
    Store store = Store.with(setup.reading().storage());
    Vocabulary vocabulary =
        new Vocabulary(DecoderSpec.read(store, setup.modelFolder()).size().vocabulary());
    TokenCodec codec = Codecs.open(ModelFolders.local(store, setup.modelFolder()));
    RowTokenizer tokenizer =
        new RowTokenizer(setup, codec, vocabulary, QuarantineFile.of(setup, context));
    TaskEnd.of(context, tokenizer::close, () -> reports.add(tokenizer.report()));
    tokenizer.checkCodec();
    return tokenizer;
  }

  /** The feature rows of a partition's next row of text; none if it is dropped or bad. */
  List<FeatureRow> rows(CorpusRows.Located located) {
    return rows(new RowPlace(TaskContext.getPartitionId(), seen++), located);
  }

  private List<FeatureRow> rows(RowPlace place, CorpusRows.Located located) {
    if (located.row() instanceof CorpusRow.Bad bad) {
      if (tellsOfOthers()) {
        counters.countBad();
        setAside(located, bad);
      }
      return List.of();
    }
    Example example = ((CorpusRow.Good) located.row()).example();
    Optional<LeftOut.Repeat> repeat = setup.choice().repeat(place);
    if (repeat.isPresent()) {
      leaveOut(located, example, repeat.get());
      return List.of();
    }
    return isTaken(located, example) ? taken(located, example) : List.of();
  }

  /** Of two tables the one that training takes says what is in neither. */
  private boolean tellsOfOthers() {
    return setup.holdOut().takes(Optional.empty());
  }

  private void leaveOut(CorpusRows.Located located, Example example, LeftOut.Repeat repeat) {
    if (tellsOfOthers()) {
      quarantine.add(located, new CorpusRow.Bad(repeat.words(), content(located, example)));
    }
  }

  /** The other rows are left out of a mix, or are for the other table of the corpus. */
  private boolean isTaken(CorpusRows.Located located, Example example) {
    HoldOut holdOut = setup.holdOut();
    return setup.choice().takes(located, example)
        && (!holdOut.splits() || holdOut.takes(reader.read(example).flatMap(RowTexts::prompt)));
  }

  private List<FeatureRow> taken(CorpusRows.Located located, Example example) {
    RowOutcome outcome = featurizer.featurize(example);
    counters.count(outcome);
    if (outcome instanceof RowOutcome.Refused refused) {
      setAside(located, new CorpusRow.Bad(refused.reason(), content(located, example)));
    }
    if (!(outcome instanceof RowOutcome.Written written)) {
      return List.of();
    }
    written.rows().forEach(row -> requireKnown(row, located));
    return written.rows();
  }

  private void requireKnown(FeatureRow row, CorpusRows.Located located) {
    OptionalInt beyond = vocabulary.firstBeyond(row.inputIds());
    if (beyond.isPresent()) {
      int id = beyond.getAsInt();
      throw Failure.input(
          "Cannot tokenize, a token is beyond the model's vocabulary: id %d (%s) in %s%s (expected 0 to %d). Take the tokenizer files that were published with this base."
              .formatted(
                  id,
                  shown(id),
                  located.file(),
                  located.position() < 0 ? "" : " at " + located.position(),
                  vocabulary.size() - 1));
    }
  }

  /** Decoding leaves special tokens out. */
  private String shown(int id) {
    String text = codec.decode(new int[] {id});
    return text.isEmpty() ? "a special token" : "'" + text + "'";
  }

  /** A row that came as two columns; -1 where its number in the file is not known. */
  Optional<FeatureRow> row(String file, long index, byte[] prompt, byte[] target) {
    CorpusRow row = setup.reading().values().row(prompt, target);
    return rows(setup.choice().place(file, index), located(file, index, row)).stream().findFirst();
  }

  /** A row that came as JSON text. */
  List<FeatureRow> rows(String file, long index, byte[] json) {
    CorpusRow row = setup.reading().values().row(json, null);
    return rows(setup.choice().place(file, index), located(file, index, row));
  }

  private static CorpusRows.Located located(String file, long index, CorpusRow row) {
    return new CorpusRows.Located(file, CorpusRows.Unit.ROW, index, row, Optional.empty());
  }

  private void setAside(CorpusRows.Located located, CorpusRow.Bad bad) {
    reasons.add(located, bad);
    quarantine.add(located, bad);
  }

  private TaskReport report() {
    return new TaskReport(counters, quarantine.name(), reasons, new TreeMap<>(featurizer.tally()));
  }

  private void close() {
    quarantine.close();
    codec.close();
  }

  private void checkCodec() {
    if (!codec.fingerprint().equals(setup.codecFingerprint())) {
      throw Failure.input(
          "Cannot tokenize, a host has other tokenizer files: %s (expected %s, as on the driver). Copy the same model folder to every host: %s."
              .formatted(codec.fingerprint(), setup.codecFingerprint(), setup.modelFolder()));
    }
  }

  private static byte[] content(CorpusRows.Located located, Example example) {
    return located
        .line()
        .orElseGet(
            () -> (example.prompt() + "\n" + example.target()).getBytes(StandardCharsets.UTF_8));
  }
}
