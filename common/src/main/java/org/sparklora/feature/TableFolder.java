package org.sparklora.feature;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sparklora.Failure;
import org.sparklora.Sha256;
import org.sparklora.storage.DescribedFolder;
import org.sparklora.storage.PlainPath;
import org.sparklora.storage.RunFolder;
import org.sparklora.storage.RunMark;
import org.sparklora.storage.Store;

/** The folder that a table is made in: what lies there decides whether it may be made. */
public final class TableFolder implements DescribedFolder<FeatureTableInfo> {
  private final Store store;
  private final String folder;
  private final RunFolder runs;
  private final QuarantineFolder quarantine;
  private final boolean overwrites;

  private TableFolder(Store store, String folder, boolean overwrites) {
    this.store = store;
    this.folder = folder;
    this.overwrites = overwrites;
    this.runs =
        new RunFolder(
            store,
            folder,
            FeatureTableInfo.FILE,
            TableFormat.ARROW.layout().besideDataFiles(),
            () -> there().map(FeatureTableInfo::fileNames).orElse(Set.of()));
    this.quarantine = new QuarantineFolder(store, folder + ".quarantine");
  }

  /** A folder where an equal table is kept and another one is in the way. */
  public static TableFolder at(Store store, String folder) {
    return new TableFolder(store, folder, false);
  }

  /** A folder where any table that lies there is made again. */
  public static TableFolder overwriting(Store store, String folder) {
    return new TableFolder(store, folder, true);
  }

  /** The finished table if it is the one that would be made; fails if it is another. */
  public Optional<FeatureTableInfo> same(TableOrigin origin, TableFormat format) {
    Optional<FeatureTableInfo> found =
        overwrites ? Optional.empty() : FeatureTableInfo.read(store, folder);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    List<String> differences = differences(found.get(), origin, format);
    if (!differences.isEmpty()) {
      throw Failure.usage(
          "Cannot make the feature table, another one lies there: %s differs in %s (expected the same or none). Add --overwrite or change --save_name."
              .formatted(folder, String.join(", ", differences)));
    }
    return FeatureTable.open(store, folder).info();
  }

  @Override
  public void requireFree() {
    runs.requireFree("make the feature table, its folder", "--save_name");
  }

  @Override
  public boolean isOurs() {
    return runs.isOurs();
  }

  @Override
  public void begin(String run) {
    requireFree();
    RunMark unfinished = runs.unfinished();
    runs.begin(run);
    quarantine.delete(unfinished);
    putBeside();
  }

  @Override
  public void finish(FeatureTableInfo info) {
    Optional<FeatureTableInfo> before = there();
    RunMark run = runs.unfinished();
    info.finish(store, folder);
    runs.describe(before.map(FeatureTableInfo::toJson), () -> info.write(store, folder));
    Set<String> old = before.map(FeatureTableInfo::fileNames).orElse(Set.of());
    quarantine.delete(RunMark.inNames(old).without(run));
    runs.finish(old, info.fileNames());
  }

  @Override
  public void abandon() {
    runs.abandon();
    putBeside();
  }

  /** The folder of the bad rows. */
  public String quarantine() {
    return quarantine.path();
  }

  /** Deletes the quarantine files of this run's attempts that did not succeed. */
  public void keepQuarantined(Set<String> names) {
    quarantine.delete(runs.unfinished(), names);
  }

  /** A run that overwrites may have ended between what stands beside the data files and the end. */
  private void putBeside() {
    there()
        .filter(info -> info.format() == TableFormat.ARROW)
        .filter(info -> !SaveToDisk.lists(store, folder, info.dataFileNames()))
        .ifPresent(info -> info.finish(store, folder));
  }

  /** The finished table; one whose description cannot be read lists nothing. */
  private Optional<FeatureTableInfo> there() {
    return RunFolder.readable(() -> FeatureTableInfo.read(store, folder));
  }

  private static List<String> differences(
      FeatureTableInfo found, TableOrigin wanted, TableFormat format) {
    TableOrigin was = found.madeFrom();
    List<String> differences = new ArrayList<>();
    note(differences, "--format", found.format().word(), format.word());
    note(
        differences,
        "--model_checkpoint",
        PlainPath.of(was.modelCheckpoint()),
        PlainPath.of(wanted.modelCheckpoint()));
    note(differences, "tokenizer", was.codecFingerprint(), wanted.codecFingerprint());
    note(differences, "eos token id", was.eosTokenId(), wanted.eosTokenId());
    note(differences, "--prompt_key", was.promptKey(), wanted.promptKey());
    note(differences, "--target_key", was.targetKey(), wanted.targetKey());
    note(differences, "--encoding", was.encoding(), wanted.encoding());
    note(differences, "--cut_policy", was.cutPolicy(), wanted.cutPolicy());
    note(differences, "--max_seq_length", was.maxSeqLength(), wanted.maxSeqLength());
    note(differences, "--val_size", split(was), split(wanted));
    note(differences, "how rows and prompts are read and written", chat(was), chat(wanted));
    note(differences, "the mix of --input_file", mix(was), mix(wanted));
    note(differences, "--dedup", dedup(was), dedup(wanted));
    if (!was.sources().equals(wanted.sources())) {
      differences.add("the input files (names, sizes or times)");
    }
    return differences;
  }

  private static String split(TableOrigin origin) {
    SplitOrigin split = origin.split();
    return split == null ? "0" : "%s, %s".formatted(split.valSize(), split.side());
  }

  private static String dedup(TableOrigin origin) {
    return origin.dedup() == null ? "off" : origin.dedup();
  }

  private static String mix(TableOrigin origin) {
    return origin.mix() == null ? "all rows" : String.join(", ", origin.mix());
  }

  private static String chat(TableOrigin origin) {
    ChatOrigin chat = origin.chat();
    return chat == null
        ? "two keys, plain"
        : "%s, roles '%s', train on %s, prompts %s %s"
            .formatted(
                chat.rows(),
                chat.roles(),
                chat.trainOn(),
                chat.prompt().path("form").asText(),
                new Sha256().add(chat.prompt().toString()).fingerprint().substring(0, 15));
  }

  private static void note(List<String> differences, String what, Object was, Object wanted) {
    if (!was.equals(wanted)) {
      differences.add("%s (%s there, %s now)".formatted(what, was, wanted));
    }
  }
}
