package org.sparklora.jobs.tokenize;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.CollectionAccumulator;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.ModelFamily;
import org.sparklora.corpus.BadReasons;
import org.sparklora.corpus.CorpusPlan;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.corpus.ParquetCorpus;
import org.sparklora.corpus.chat.RowShape;
import org.sparklora.feature.ChatCounts;
import org.sparklora.feature.DataFile;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.feature.SourceFile;
import org.sparklora.feature.TableCounts;
import org.sparklora.feature.TableFolder;
import org.sparklora.feature.TableFormat;
import org.sparklora.feature.TableOrigin;
import org.sparklora.jobs.run.Making;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.run.OutputPlace;
import org.sparklora.jobs.run.RunFiles;
import org.sparklora.jobs.spark.Described;
import org.sparklora.jobs.spark.FailedTasks;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.model.load.ModelFolders;
import org.sparklora.model.load.QuantisedWeights;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.prompt.FormChoice;
import org.sparklora.prompt.PromptForm;
import org.sparklora.prompt.PromptForms;
import org.sparklora.storage.LeaseClaim;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;
import org.sparklora.tokenize.Counters;
import org.sparklora.tokenize.HoldOut;
import org.sparklora.tokenize.HoldOut.Side;
import org.sparklora.tokenize.TokenizeConfig;

/** Turns an instruction corpus into a feature table. */
public final class TokenizeJob {
  private static final Log LOG = Log.of(TokenizeJob.class);
  private static final int TASKS_PER_CORE = 3;

  private final SparkSession session;
  private final TokenizeConfig config;
  private final StorageSettings storage;
  private final Store store;
  private final NamedPaths paths;
  private RowChoosing chosen;

  private TokenizeJob(SparkSession session, TokenizeConfig config) {
    this.session = session;
    this.config = config;
    this.storage = SparkStorage.settings(session);
    this.store = Store.with(storage);
    this.paths = NamedPaths.of(session);
  }

  /** Makes the table, or does nothing where the same one lies already. */
  public static TokenizeResult run(SparkSession session, TokenizeConfig config) {
    FailedTasks.hear(session.sparkContext());
    return new TokenizeJob(session, config).run();
  }

  private TokenizeResult run() {
    OutputPlace place = place(part(Side.TRAINED));
    TableFolder table = table(place.folder());
    return place.ending("tokenize", table::isOurs, () -> run(place, table));
  }

  private HoldOut part(Side side) {
    return new HoldOut(config.valSize(), side);
  }

  private OutputPlace place(HoldOut part) {
    String folder = part.folder(paths.table(config.saveName()));
    return new OutputPlace(
        store, folder, OutputPlace.claim(session, "--save_name", config.leaseWait()));
  }

  private TableFolder table(String folder) {
    return config.overwrite()
        ? TableFolder.overwriting(store, folder)
        : TableFolder.at(store, folder);
  }

  private TokenizeResult run(OutputPlace place, TableFolder table) {
    String model = paths.model(store, config.modelCheckpoint());
    place.apartFrom(model, "--model_checkpoint");
    // What training would refuse about the base is said before any row is read.
    ModelFamily family = DecoderSpec.readToTrain(store, model).family();
    QuantisedWeights.refuse(store, model);
    RowShapes shapes = RowShapes.of(store, config, paths.resolve(config.chat().datasetInfo()));
    Corpora corpora = corpora(shapes);
    List<StoredFile> inputs = corpora.files();
    corpora.apartFrom(place);
    corpora.apartFrom(new OutputPlace(store, table.quarantine(), LeaseClaim.of("--save_name")));
    ChatSetup chat = config.isPlain() ? null : chat(shapes.of(inputs), model, family);
    Source source = new Source(model, corpora, chat);
    if (config.valSize() == 0) {
      return made(place, table, part(Side.TRAINED), source, Optional.empty());
    }
    table.same(origin(source, part(Side.TRAINED)), config.format()); // another one is refused now
    OutputPlace other = place(part(Side.HELD_OUT));
    corpora.apartFrom(other);
    TokenizeResult heldOut =
        made(other, table(other.folder()), part(Side.HELD_OUT), source, Optional.empty());
    return made(place, table, part(Side.TRAINED), source, Optional.of(heldOut));
  }

  /** What both tables are made of; {@code chat} is null for plain texts. */
  private record Source(String model, Corpora corpora, ChatSetup chat) {}

  private TokenizeResult made(
      OutputPlace place,
      TableFolder table,
      HoldOut part,
      Source source,
      Optional<TokenizeResult> heldOut) {
    TableOrigin origin = origin(source, part);
    return new Making<FeatureTableInfo, TokenizeResult>(
            place, table, (info, made) -> new TokenizeResult(place.folder(), info, made, heldOut))
        .run(
            () -> table.same(origin, config.format()),
            () -> plan(source.corpora().files()),
            (plan, run) -> {
              TokenizeSetup all = setup(origin, table, run, part, source.chat());
              RowChoosing rows = chosen(plan, all, source.corpora());
              return rows.in(make(plan, rows.in(all), origin, table, place.folder()));
            });
  }

  private Corpora corpora(RowShapes shapes) {
    if (!config.inputFiles().isEmpty() || shapes.described().isEmpty()) {
      return Corpora.find(store, paths, config.inputFiles());
    }
    String name = shapes.described().get().fileName();
    if (name.isEmpty()) {
      throw Failure.usage(
          "Cannot tokenize, the dataset names no file: %s (expected file_name in %s). Give --input_file."
              .formatted(config.chat().dataset(), config.chat().datasetInfo()));
    }
    String info = paths.resolve(config.chat().datasetInfo());
    return Corpora.find(
        store,
        paths,
        List.of(Store.child(info.substring(0, Math.max(0, info.lastIndexOf('/'))), name)));
  }

  private ChatSetup chat(RowShape shape, String model, ModelFamily family) {
    FormChoice asked = config.chat().prompts();
    PromptForm form =
        asked.isPlain()
            ? PromptForms.free("{prompt}")
            : asked.open(ModelFolders.local(store, model), family);
    LOG.info("Rows are read as {}, prompts are written as {}", shape.words(), form.name());
    return ChatSetup.of(shape, config.chat().trainOn(), form);
  }

  private CorpusPlan plan(List<StoredFile> inputs) {
    CorpusPlan plan = CorpusPlan.of(store, inputs, tasks(), config.encoding());
    if (plan.isParquet() && config.isPlain()) {
      ParquetCorpus.check(store, inputs, new ExampleParser(config.promptKey(), config.targetKey()));
    } else if (plan.isParquet()) {
      ParquetCorpus.check(store, inputs);
    }
    return plan;
  }

  /** Rows are chosen once for both tables. */
  private RowChoosing chosen(CorpusPlan plan, TokenizeSetup setup, Corpora corpora) {
    if (chosen == null) {
      chosen =
          RowChoosing.of(
              new CorpusTexts(session, setup, corpora, plan), config.dedup(), config.valSize());
    }
    return chosen;
  }

  private FeatureTableInfo make(
      CorpusPlan plan, TokenizeSetup setup, TableOrigin origin, TableFolder table, String folder) {
    CollectionAccumulator<TaskReport> reports =
        session.sparkContext().collectionAccumulator("tokenize");
    RunFiles target = new RunFiles(folder, setup.run());
    CorpusFeatures features = new CorpusFeatures(session, setup, reports);
    TableWriter writer =
        new TableWriter(session, storage, target, config.format(), setup.columns());
    List<DataFile> files;
    try (Described writing =
        Described.as(
            session.sparkContext(), "tokenize %d files".formatted(origin.sources().size()))) {
      files =
          plan.isParquet()
              ? writer.write(
                  features.ofParquet(
                      origin.sources().stream()
                          .map(s -> SparkStorage.uri(store, s.path()))
                          .toList()))
              : writer.write(features.ofJson(plan.parts()));
    }
    Counters counters = new Counters();
    BadReasons reasons = new BadReasons();
    SortedMap<String, Long> tally = new TreeMap<>();
    for (TaskReport report : reports.value()) {
      counters.add(report.counters());
      reasons.add(report.reasons());
      report.tally().forEach((name, count) -> tally.merge(name, count, Long::sum));
    }
    table.keepQuarantined(quarantined(reports.value()));
    if (setup.holdOut().side() == Side.HELD_OUT && files.isEmpty()) {
      throw Failure.input(
          "Cannot tokenize, no row is held out: --val_size %s of the prompts (expected at least one row). Raise --val_size, or leave it out."
              .formatted(config.valSize()));
    }
    check(counters.counts(), files, table, reasons);
    if (plan.isParquet() && config.format() == TableFormat.PARQUET) {
      new WrittenRows(session, storage, target.folder()).check(files, counters.content());
    }
    return FeatureTableInfo.of(
        config.format(),
        origin,
        files,
        counters.counts(),
        counters.lengths(),
        setup.chat() == null ? null : new ChatCounts(tally, reasons.counts()));
  }

  private TableOrigin origin(Source source, HoldOut part) {
    Path local = ModelFolders.local(store, source.model());
    try (TokenCodec codec = Codecs.open(local)) {
      return new TableOrigin(
          config.modelCheckpoint(),
          codec.fingerprint(),
          codec.endOfSequence(),
          config.promptKey(),
          config.targetKey(),
          config.encoding(),
          config.cutPolicy().word(),
          config.maxSeqLength(),
          source.corpora().files().stream()
              .map(f -> new SourceFile(f.path(), f.length(), f.modifiedMillis()))
              .toList(),
          part.origin(),
          source.chat() == null ? null : source.chat().origin(),
          source.corpora().asked(),
          config.dedup().origin());
    }
  }

  private TokenizeSetup setup(
      TableOrigin origin, TableFolder table, String run, HoldOut part, ChatSetup chat) {
    return new TokenizeSetup(
        storage,
        paths.model(store, config.modelCheckpoint()),
        origin.codecFingerprint(),
        config.cutPolicy(),
        config.maxSeqLength(),
        config.promptKey(),
        config.targetKey(),
        table.quarantine(),
        run,
        config.keepBadLines(),
        part,
        chat,
        Choice.ALL);
  }

  private int tasks() {
    return session.sparkContext().defaultParallelism() * TASKS_PER_CORE;
  }

  /** The files of the attempts that succeeded. */
  private static Set<String> quarantined(List<TaskReport> reports) {
    return reports.stream().map(TaskReport::quarantineFile).collect(Collectors.toSet());
  }

  private void check(
      TableCounts counts, List<DataFile> files, TableFolder table, BadReasons reasons) {
    double most = config.isPlain() ? config.maxBadFraction() : config.chat().maxBadFraction();
    if (counts.badFraction() > most) {
      throw Failure.input(
          "Cannot tokenize, too many rows are bad: %d of %d, %s (expected at most %s of them). Look into %s, correct the corpus or raise --max_bad_fraction."
              .formatted(
                  counts.bad(), counts.read(), reasons.commonest(store), most, table.quarantine()));
    }
    long committed = files.stream().mapToLong(DataFile::rows).sum();
    if (committed != counts.written()) {
      throw Failure.storage(
          "Cannot tokenize, the table holds other rows than were written: %d (expected %d). Check the store and run again."
              .formatted(committed, counts.written()),
          null);
    }
    if (committed == 0) {
      throw Failure.input(
          "Cannot tokenize, no row is left: %d read, %d dropped, %d bad (expected at least one good). Check --input_file, --max_seq_length and %s."
              .formatted(counts.read(), counts.dropped(), counts.bad(), table.quarantine()));
    }
  }
}
