package org.sparklora.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Consumer;
import org.sparklora.Failure;
import org.sparklora.command.JobOutcome;
import org.sparklora.mix.AdapterPlace;
import org.sparklora.storage.Lease;
import org.sparklora.storage.LeaseClaim;
import org.sparklora.storage.Store;

/** Writes an adapter or a merged model into a folder of its own, once. */
public final class Export {
  private static final int VERSION = 1;

  private final Store store;
  private final ExportConfig config;
  private final ExportFolder folder;

  private Export(Store store, ExportConfig config) {
    this.store = store;
    this.config = config;
    this.folder = new ExportFolder(store, config.outputDir());
  }

  /**
   * Writes it, goes on with what an earlier try left, or does nothing where it lies already.
   *
   * @param config its folders are paths, not names as typed
   * @param told takes lines on the way
   */
  public static JobOutcome run(Store store, ExportConfig config, Consumer<String> told) {
    return new Export(store, config).run(told);
  }

  private JobOutcome run(Consumer<String> told) {
    checkApart();
    folder.requireFree();
    try (Exported exported = exported(told)) {
      if (isThere(exported)) {
        return nothingToDo();
      }
      LeaseClaim claim = LeaseClaim.of("--output_dir").waiting(config.leaseWait());
      try (Lease lease = Lease.take(store, config.outputDir(), claim)) {
        // Whoever held the lease until now may have written it since we looked.
        return isThere(exported) ? nothingToDo() : write(exported, lease);
      }
    }
  }

  private Exported exported(Consumer<String> told) {
    return config.merge()
        ? MergedModel.open(store, config)
        : MixedAdapterFiles.open(store, config, told);
  }

  private JobOutcome write(Exported exported, Lease lease) {
    folder.requireFree();
    folder.begin(exported.identity(), exported.names());
    ObjectNode description = new ObjectMapper().createObjectNode();
    description.put("version", VERSION);
    description.put("identity", exported.identity());
    description.put("mix", config.mix().text());
    ObjectNode places = description.putObject("adapters");
    config.adapters().forEach(place -> places.put(place.name(), place.folder()));
    JobOutcome outcome = exported.write(folder, description);
    lease.check();
    folder.finish(description);
    return outcome;
  }

  private boolean isThere(Exported exported) {
    Optional<JsonNode> finished = folder.finished();
    if (finished.isEmpty()) {
      return false;
    }
    boolean isSame = finished.get().path("identity").asText().equals(exported.identity());
    if (!isSame && !config.overwrite()) {
      throw Failure.usage(
          "Cannot export, another export lies there: %s of %s (expected the same or none). Add --overwrite or change --output_dir."
              .formatted(config.outputDir(), finished.get().path("mix").asText()));
    }
    return isSame;
  }

  private JobOutcome nothingToDo() {
    return JobOutcome.done(
        "Nothing to do: %s holds this export already.".formatted(config.outputDir()));
  }

  private void checkApart() {
    config.adapters().forEach(this::checkApart);
    String base = config.modelCheckpoint();
    if (!base.isEmpty()
        && (Store.contains(base, config.outputDir()) || Store.contains(config.outputDir(), base))) {
      throw inside("--model_checkpoint", base);
    }
  }

  private void checkApart(AdapterPlace place) {
    if (Store.contains(config.outputDir(), place.folder())) {
      throw inside("--adapter", place.folder());
    }
  }

  private Failure inside(String flag, String path) {
    return Failure.usage(
        "Cannot export, the folder is not apart from what %s names: %s and %s (expected two folders). Change --output_dir."
            .formatted(flag, config.outputDir(), path));
  }
}
