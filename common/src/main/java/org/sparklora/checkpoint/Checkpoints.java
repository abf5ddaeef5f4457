package org.sparklora.checkpoint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sparklora.Log;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** The checkpoints and the published adapter of one output folder; see docs/spec/checkpoint.md. */
public final class Checkpoints {
  public static final String MANIFEST = "manifest.json";
  public static final String PUBLISHED = "_published.json";

  private static final Log LOG = Log.of(Checkpoints.class);

  private final Store store;
  private final String outputDir;

  public Checkpoints(Store store, String outputDir) {
    this.store = store;
    this.outputDir = outputDir;
  }

  /** The result of a search; {@code skipped} names each folder that was passed over, and why. */
  public record Found(Optional<Checkpoint> checkpoint, List<String> skipped) {}

  /** Writes {@code checkpoint-<step>/}, the manifest last. */
  public Checkpoint commit(Stamp stamp, Map<String, byte[]> files, Consent consent) {
    Checkpoint checkpoint = at(stamp.step()).write(stamp, files, consent);
    LOG.info("Checkpoint of step {} committed: {}", stamp.step(), checkpoint.folder());
    return checkpoint;
  }

  /** Writes the files at the root of the output folder, {@code _published.json} last. */
  public Checkpoint publish(Stamp stamp, Map<String, byte[]> files, Consent consent) {
    Checkpoint published = root().write(stamp, files, consent);
    LOG.info("Step {} published: {}", stamp.step(), outputDir);
    return published;
  }

  /** What is published at the root, if it is whole. */
  public Optional<Checkpoint> published() {
    if (!root().isMarked()) {
      return Optional.empty();
    }
    try {
      return Optional.of(root().verified());
    } catch (Damage damage) {
      LOG.warn("What is published in {} is not whole: {}", outputDir, damage.getMessage());
      return Optional.empty();
    }
  }

  /** The newest valid checkpoint of a run; newer damaged ones are skipped, logged and named. */
  public Found newest(String runId) {
    List<Long> newestFirst = steps().stream().sorted(Comparator.reverseOrder()).toList();
    List<String> skipped = new ArrayList<>();
    for (long step : newestFirst) {
      Optional<Checkpoint> checkpoint = verified(step, runId, skipped);
      if (checkpoint.isPresent()) {
        return new Found(checkpoint, skipped);
      }
    }
    return new Found(Optional.empty(), skipped);
  }

  /** The checkpoint of a step, if it is valid, whatever run it belongs to. */
  public Optional<Checkpoint> valid(long step) {
    try {
      return Optional.of(verifiedAt(step));
    } catch (Damage damage) {
      LOG.warn("Checkpoint skipped: {}: {}", folder(step), damage.getMessage());
      return Optional.empty();
    }
  }

  /** All valid checkpoints by step. */
  public List<Checkpoint> list() {
    return steps().stream().flatMap(step -> valid(step).stream()).toList();
  }

  /**
   * Deletes the oldest checkpoints of a run until {@code limit} are left; never the newest, never
   * one of the {@code kept} steps, and in a folder only what its manifest lists. Returns the
   * folders that are none any more.
   */
  public List<String> rotate(String runId, int limit, Set<Long> kept, Consent consent) {
    Map<Long, Checkpoint> own = ofRun(runId);
    List<Long> oldestFirst = new ArrayList<>(own.keySet());
    int surplus = oldestFirst.size() - Math.max(1, limit);
    List<String> deleted = new ArrayList<>();
    for (int i = 0; i < oldestFirst.size() - 1 && deleted.size() < surplus; i++) {
      long step = oldestFirst.get(i);
      if (!kept.contains(step)) {
        delete(own.get(step), consent);
        deleted.add(folder(step));
      }
    }
    return deleted;
  }

  /** The marker goes first, so that a run that is stopped here leaves no checkpoint behind. */
  private void delete(Checkpoint old, Consent consent) {
    String path = old.folder();
    at(old.step()).deleteMarker(consent);
    consent.ask("delete " + path);
    old.manifest().files().keySet().forEach(name -> store.delete(Store.child(path, name)));
    List<String> others = store.list(path).stream().map(StoredFile::name).toList();
    if (others.isEmpty()) {
      store.delete(path);
      LOG.info("Checkpoint rotated out: {}", path);
    } else {
      LOG.info("Checkpoint rotated out: {}, but for what no run wrote there: {}", path, others);
    }
  }

  private Optional<Checkpoint> verified(long step, String runId, List<String> skipped) {
    try {
      Manifest manifest = at(step).manifest();
      if (!manifest.stamp().runId().equals(runId)) {
        return Optional.empty();
      }
      return Optional.of(verifiedAt(step));
    } catch (Damage damage) {
      LOG.warn("Checkpoint skipped: {}: {}", folder(step), damage.getMessage());
      skipped.add(folder(step) + ": " + damage.getMessage());
      return Optional.empty();
    }
  }

  private Checkpoint verifiedAt(long step) throws Damage {
    Checkpoint checkpoint = at(step).verified();
    if (checkpoint.step() != step) {
      throw new Damage("its manifest is that of step " + checkpoint.step());
    }
    return checkpoint;
  }

  /** Folders whose manifest names this run, by step. */
  private Map<Long, Checkpoint> ofRun(String runId) {
    Map<Long, Checkpoint> own = new LinkedHashMap<>();
    for (long step : steps()) {
      try {
        Checkpoint found = new Checkpoint(folder(step), at(step).manifest());
        if (found.manifest().stamp().runId().equals(runId) && found.step() == step) {
          own.put(step, found);
        }
      } catch (Damage damage) {
        LOG.info("Not rotated: {}: {}", folder(step), damage.getMessage());
      }
    }
    return own;
  }

  private List<Long> steps() {
    List<Long> steps = new ArrayList<>();
    for (StoredFile child : store.list(outputDir)) {
      if (child.isDirectory()) {
        CheckpointFolder.step(child.name()).ifPresent(steps::add);
      }
    }
    return steps.stream().sorted().toList();
  }

  private CommittedFolder at(long step) {
    return new CommittedFolder(store, folder(step), MANIFEST);
  }

  private CommittedFolder root() {
    return new CommittedFolder(store, outputDir, PUBLISHED);
  }

  private String folder(long step) {
    return new CheckpointFolder(outputDir, step).path();
  }
}
