package org.sparklora.jobs.predict;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.CollectionAccumulator;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.Sha256;
import org.sparklora.corpus.CorpusPlan;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.corpus.InputFiles;
import org.sparklora.corpus.ParquetCorpus;
import org.sparklora.generation.GenerationSettings;
import org.sparklora.generation.ResolvedGeneration;
import org.sparklora.jobs.model.AnsweringSetup;
import org.sparklora.jobs.run.Making;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.run.OutputPlace;
import org.sparklora.jobs.run.RunFiles;
import org.sparklora.jobs.spark.Described;
import org.sparklora.jobs.spark.FailedTasks;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.jobs.spark.TaskEdge;
import org.sparklora.mix.AdapterPlace;
import org.sparklora.mix.MixedOrigin;
import org.sparklora.model.load.ModelFolders;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.predict.AdapterChoice;
import org.sparklora.predict.BaseDefaults;
import org.sparklora.predict.ModelChoice;
import org.sparklora.predict.ModelFingerprints;
import org.sparklora.predict.PredictConfig;
import org.sparklora.predict.PredictionCounts;
import org.sparklora.predict.PredictionFolder;
import org.sparklora.predict.PredictionsInfo;
import org.sparklora.predict.PredictionsInfo.PredictionFile;
import org.sparklora.predict.PromptNotes;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** Predicts how a table of prompts goes on, with a base model and at most one adapter. */
public final class PredictJob {
  private static final Log LOG = Log.of(PredictJob.class);

  private final SparkSession session;
  private final PredictConfig config;
  private final StorageSettings storage;
  private final Store store;
  private final NamedPaths paths;
  private final Consumer<String> told;

  private PredictJob(SparkSession session, PredictConfig config, Consumer<String> told) {
    this.session = session;
    this.config = config;
    this.told = told;
    this.storage = SparkStorage.settings(session);
    this.store = Store.with(storage);
    this.paths = NamedPaths.of(session);
  }

  /** Makes the table of predictions, or does nothing where the same one lies already. */
  public static PredictResult run(SparkSession session, PredictConfig config) {
    return run(session, config, line -> LOG.info("{}", line));
  }

  /**
   * The same.
   *
   * @param told takes the settings of decoding once the model's own are known
   */
  public static PredictResult run(
      SparkSession session, PredictConfig config, Consumer<String> told) {
    FailedTasks.hear(session.sparkContext());
    return new PredictJob(session, config, told).run();
  }

  /** What answers, and how. */
  private record Answering(
      ModelChoice model,
      ResolvedGeneration generation,
      PromptNotes prompts,
      Map<String, String> madeFrom) {}

  private PredictResult run() {
    String path = paths.resolve(config.outputDir());
    OutputPlace place =
        new OutputPlace(
            store, path, OutputPlace.claim(session, "--output_dir", config.leaseWait()));
    PredictionFolder folder =
        config.overwrite()
            ? PredictionFolder.overwriting(store, path)
            : PredictionFolder.at(store, path);
    return place.ending("predict", folder::isOurs, () -> run(place, folder));
  }

  private PredictResult run(OutputPlace place, PredictionFolder folder) {
    ModelChoice model = resolved();
    place.apartFrom(model.checkpoint(), "--model_checkpoint");
    model.adapters().places().forEach(a -> place.notAround(a.folder(), "--adapter"));
    String input = paths.corpus(config.inputFile());
    List<StoredFile> inputs = InputFiles.find(store, input);
    place.apartFromInput(input, inputs);
    Answering answering = answering(model, inputs, place.folder());
    return new Making<PredictionsInfo, PredictResult>(
            place, folder, (info, made) -> new PredictResult(place.folder(), info, made))
        .run(
            () -> folder.same(config.format(), answering.madeFrom()),
            () -> checkedPrompts(inputs),
            (prompts, run) -> make(prompts, answering, new RunFiles(place.folder(), run)));
  }

  /** The folders as every executor knows them. */
  private ModelChoice resolved() {
    return config.model().at(paths.model(store, config.model().checkpoint()), paths::resolve);
  }

  /** Everything that decides the predictions; refuses an adapter that does not fit the base. */
  private Answering answering(ModelChoice model, List<StoredFile> inputs, String path) {
    PromptNotes prompts = prompts(model);
    Map<String, String> from = new LinkedHashMap<>();
    from.put("model_checkpoint", config.model().checkpoint());
    from.put("base_dtype", config.model().baseDtype().word());
    AdapterChoice adapters = config.model().adapters();
    from.put(
        "adapter",
        adapters.places().stream().map(AdapterPlace::folder).collect(Collectors.joining(", ")));
    if (adapters.places().size() > 1) {
      from.put("mix", adapters.mix().text());
    }
    if (adapters.isPerRow()) {
      from.put("adapter_column", adapters.column());
    }
    from.putAll(ModelFingerprints.of(store, model, config.foreignAdapter(), knownBase(path)));
    from.put("prompt_key", config.promptKey());
    from.put("target_key", config.targetKey());
    if (!config.encoding().equals("UTF-8")) {
      from.put("encoding", config.encoding());
    }
    ResolvedGeneration generation =
        config
            .generation()
            .with(
                BaseDefaults.read(
                    store, model.checkpoint(), config.generation().modelsOwn(), prompts));
    told.accept(generation.describe());
    LOG.debug("All decoding values: {}", generation.values());
    from.putAll(generation.asMap());
    from.put(
        "input_files",
        inputs.stream()
            .map(f -> f.path() + ":" + f.length() + ":" + f.modifiedMillis())
            .collect(Collectors.joining(";")));
    if (!prompts.note().isEmpty()) {
      from.put("prompt_form", prompts.form());
      from.put("prompt_fingerprint", new Sha256().add(prompts.note()).fingerprint());
    }
    if (!config.shape().roles().word().isEmpty()) {
      from.put("roles", config.shape().roles().word());
    }
    return new Answering(model, generation, prompts, from);
  }

  private PromptNotes prompts(ModelChoice model) {
    PromptNotes prompts =
        PromptNotes.choose(
            config.prompts(),
            model.hasAdapter(),
            MixedOrigin.of(store, model.adapters().places(), config.foreignAdapter()),
            ModelFolders.local(store, model.checkpoint()),
            DecoderSpec.read(store, model.checkpoint()).family(),
            config.shape());
    if (!prompts.said().isEmpty()) {
      LOG.warn(prompts.said());
    }
    return prompts;
  }

  /** The base's fingerprint in the answers that lie there, if they are not made again. */
  private String knownBase(String path) {
    return config.overwrite()
        ? ""
        : PredictionsInfo.read(store, path)
            .map(info -> info.madeFrom().getOrDefault("base_fingerprint", ""))
            .orElse("");
  }

  private PredictionsInfo make(PromptTable prompts, Answering answering, RunFiles target) {
    CollectionAccumulator<PredictionCounts> reports =
        session.sparkContext().collectionAccumulator("predict");
    boolean withTargets = !config.targetKey().isEmpty();
    GenerationSettings generation = answering.generation().settings();
    AnsweringSetup setup =
        new AnsweringSetup(storage, answering.model(), generation, answering.prompts());
    long start = System.nanoTime();
    JavaRDD<Row> predictions =
        prompts
            .prompts()
            .repartitionAndSortWithinPartitions(RowRanges.of(prompts.rows(), slots(), generation))
            .mapPartitions(TaskEdge.around(new PredictTask(setup, reports)));
    List<PredictionFile> files;
    try (Described described =
        Described.ofRows(
            session.sparkContext(),
            prompts.rows(),
            "answer %d prompts".formatted(prompts.rows()))) {
      files =
          new PredictionTable(session, store, target)
              .write(
                  session.createDataFrame(predictions, PredictionColumns.schema(withTargets)),
                  config.format());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    PredictionCounts counts =
        reports.value().stream().reduce(PredictionCounts.NONE, PredictionCounts::plus);
    checkCommitted(files, counts.rows(), prompts.rows() - prompts.bad().count());
    return new PredictionsInfo(
        config.format(),
        answering.madeFrom(),
        answering.generation().values(),
        files,
        counts,
        prompts.bad().count(),
        seconds);
  }

  /** Tasks that run at once. */
  private int slots() {
    int cpus = session.sparkContext().conf().getInt("spark.task.cpus", 1);
    return Math.max(1, session.sparkContext().defaultParallelism() / cpus);
  }

  private PromptTable checkedPrompts(List<StoredFile> inputs) {
    CorpusPlan plan = CorpusPlan.of(store, inputs, slots(), config.encoding());
    if (plan.isParquet() && config.shape().isRow()) {
      ParquetPrompts.checkConversations(store, inputs);
    } else if (plan.isParquet()) {
      ParquetCorpus.check(store, inputs, new ExampleParser(config.promptKey(), config.secondKey()));
    }
    try (Described counting = Described.as(session.sparkContext(), "count the prompts")) {
      PromptTable prompts = PromptTable.of(session, config, inputs, plan);
      check(prompts);
      return prompts;
    }
  }

  private void check(PromptTable prompts) {
    long bad = prompts.bad().count();
    if (bad > config.maxBadFraction() * prompts.rows()) {
      throw Failure.input(
          "Cannot predict, too many rows are bad: %d of %d, %s (expected at most %s of them). Correct the input or raise --max_bad_fraction."
              .formatted(
                  bad, prompts.rows(), prompts.bad().commonest(store), config.maxBadFraction()));
    }
    if (bad == prompts.rows()) {
      throw Failure.input(
          "Cannot predict, the input has no prompts: %d rows, %d bad (expected at least one good). Check --input_file."
              .formatted(prompts.rows(), bad));
    }
    if (bad > 0) {
      LOG.warn("Leaving out {} bad rows, {}", bad, prompts.bad().commonest(store));
    }
  }

  private static void checkCommitted(List<PredictionFile> files, long answered, long expected) {
    long committed = files.stream().mapToLong(PredictionFile::rows).sum();
    if (committed != expected || answered != expected) {
      throw Failure.storage(
          "Cannot finish the table of answers, it holds other rows than were asked: %d, %d answered (expected %d). Check the store and run again."
              .formatted(committed, answered, expected),
          null);
    }
  }
}
