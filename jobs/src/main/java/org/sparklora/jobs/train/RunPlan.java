package org.sparklora.jobs.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sparklora.Sha256;
import org.sparklora.adapter.AdapterOrigin;
import org.sparklora.feature.FeatureTable;
import org.sparklora.feature.RowFault;
import org.sparklora.jobs.run.BaseModel;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.spark.Described;
import org.sparklora.jobs.spark.PreFlight;
import org.sparklora.jobs.spark.TableRows;
import org.sparklora.lora.LoraTargets;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.RowSizes;
import org.sparklora.storage.Store;
import org.sparklora.train.MemoryPlan;
import org.sparklora.train.RankSetup;
import org.sparklora.train.RunSettings;
import org.sparklora.train.TrainConfig;

/**
 * What a run is, made of flags, table and base before any rank starts.
 *
 * @param previousAdapter folder of an adapter to start from
 * @param start where the run begins without a checkpoint of its own
 * @param sizes nothing for tables whose rows are dealt by slot
 * @param heldOut what is evaluated while it trains
 * @param notes what is to be said of the tables' rows
 */
record RunPlan(
    RunSettings settings,
    FeatureTable table,
    BaseModel base,
    Optional<String> previousAdapter,
    StartingPoint start,
    Optional<RowSizes> sizes,
    Optional<HeldOutTable> heldOut,
    List<String> notes) {
  /** Prompts are rows' texts as they are; a version for what may come. */
  private static final String PROMPT_RULE = "plain/1";

  /** Reads what is needed; {@code ranks} and the flags give the rows of a step. */
  static RunPlan of(RunSite site, TrainConfig config, int ranks) {
    Store store = site.store();
    NamedPaths paths = NamedPaths.of(site.session());
    String folder = paths.table(config.source().tokenizedDataset());
    FeatureTable table =
        config.source().trustTable()
            ? FeatureTable.openTrusted(store, folder)
            : FeatureTable.open(store, folder);
    StartingPoint start = StartingPoint.of(store, paths, config.saving().resume());
    BaseModel base = BaseModel.toTrain(store, paths, table, config.source().modelCheckpoint());
    List<String> targets = LoraTargets.of(config.lora().targets(), base.spec());
    Optional<String> previous =
        new FirstAdapter(site, base, config.lora(targets)).check(config.source(), start);
    LabelPolicy policy = config.batches().labelPolicy().resolve(base.spec().family());
    Optional<RowSizeCollector> collected =
        Optional.of(new TableRows(site.session(), site.storage(), table, base.vocabulary()))
            .filter(rows -> table.rows() <= RowSizes.MOST_ROWS)
            .map(rows -> collected(site, rows, (int) table.rows(), policy));
    Optional<RowSizes> sizes = collected.map(RowSizeCollector::sizes);
    Optional<HeldOutTable> heldOut = HeldOutTable.of(site, config, base, table, policy);
    RunSettings settings =
        new RunSettings(
            UUID.randomUUID().toString(),
            config,
            RunSettings.firstGrid(config, table.rows(), ranks),
            resolved(site, config, base, targets, policy, longest(table, sizes)),
            provenance(site, table, base, heldOut),
            Map.of());
    return new RunPlan(
        settings,
        table,
        base,
        previous,
        start,
        sizes,
        heldOut,
        notes(
            collected.map(c -> setAside(c, table.rows())).orElse(""),
            heldOut.map(h -> h.shared(table)).orElse(""),
            previous.map(p -> otherForm(site, p, table)).orElse("")));
  }

  static RowSizeCollector collected(RunSite site, TableRows table, int rows, LabelPolicy policy) {
    try (Described reading =
        Described.as(
            site.session().sparkContext(), "read the lengths of %d rows".formatted(rows))) {
      return RowSizeCollector.collect(table, rows, policy);
    }
  }

  RunPlan with(RunSettings other) {
    return new RunPlan(other, table, base, previousAdapter, start, sizes, heldOut, notes);
  }

  private static List<String> notes(String... all) {
    return Stream.of(all).filter(note -> !note.isEmpty()).toList();
  }

  private static String setAside(RowSizeCollector collected, long rows) {
    Map<RowFault, Long> faults = collected.faults();
    if (faults.isEmpty()) {
      return "";
    }
    return "%d of %d rows of the feature table are set aside and train nothing: %s"
        .formatted(
            faults.values().stream().mapToLong(n -> n).sum(),
            rows,
            faults.entrySet().stream()
                .map(f -> f.getKey().words() + " (" + f.getValue() + ")")
                .collect(Collectors.joining(", ")));
  }

  /** What each of so many ranks works with. */
  RankSetup setup(RunSite site, int ranks) {
    return new RankSetup(
        site.storage(),
        site.output().folder(),
        base.folder(),
        previousAdapter.orElse(null),
        site.layout().threadsPerRank(ranks),
        PreFlight.memoryLimit(site.session().sparkContext().getConf()));
  }

  /** What its ranks need of their memory. */
  MemoryPlan memory(RunSite site) {
    MemoryPlan plan =
        MemoryPlan.of(settings, base.spec(), site.layout().processor(), longest(table, sizes));
    return plan.naming(sizes.stream().mapToInt(RowSizes::longestRow).findFirst());
  }

  /** Length of the table's longest row. */
  private static int longest(FeatureTable table, Optional<RowSizes> sizes) {
    return sizes
        .map(RowSizes::longest)
        .orElseGet(() -> table.info().map(i -> i.lengths().longest()).orElse(1));
  }

  private static RunSettings.Resolved resolved(
      RunSite site,
      TrainConfig config,
      BaseModel base,
      List<String> targets,
      LabelPolicy policy,
      int longest) {
    return new RunSettings.Resolved(
        base.spec().family(),
        base.name(),
        config.compute().baseDtype().resolve(site.layout().processor()),
        targets,
        policy,
        config.compute().resolvedMicroBatchTokens(config.batches().rowsPerDevice(), longest),
        config.compute().checkpointing());
  }

  private static RunSettings.Provenance provenance(
      RunSite site, FeatureTable table, BaseModel base, Optional<HeldOutTable> heldOut) {
    String known =
        RunSettings.read(site.store(), site.output().folder())
            .map(run -> run.provenance().base())
            .orElse("");
    try (BaseWeights weights = BaseWeights.open(site.store(), base.folder())) {
      Optional<String> form = promptForm(table);
      return new RunSettings.Provenance(
          table.fingerprint(),
          base.codecFingerprint(),
          form.map(f -> new Sha256().add(f).fingerprint()).orElse(PROMPT_RULE),
          weights.fingerprintLike(known),
          form.orElse(RunSettings.Provenance.PLAIN),
          heldOut.map(h -> h.table().fingerprint()).orElse(""));
    }
  }

  private static String otherForm(RunSite site, String adapter, FeatureTable table) {
    Optional<JsonNode> now = table.info().flatMap(info -> info.madeFrom().promptForm());
    return AdapterOrigin.read(site.store(), adapter)
        .filter(origin -> table.info().isPresent())
        .flatMap(origin -> origin.trainedOtherwise(now))
        .map(
            trained ->
                "Prompts are written as %s, but the adapter of --previous_lora_weights was trained with %s"
                    .formatted(AdapterOrigin.nameOf(now), trained))
        .orElse("");
  }

  /** The note of the form that the table's prompts have; nothing for plain texts. */
  static Optional<String> promptForm(FeatureTable table) {
    return table.info().flatMap(info -> info.madeFrom().promptForm()).map(JsonNode::toString);
  }
}
