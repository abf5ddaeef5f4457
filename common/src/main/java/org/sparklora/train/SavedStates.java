package org.sparklora.train;

import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.checkpoint.Checkpoint;
import org.sparklora.checkpoint.Checkpoints;
import org.sparklora.checkpoint.Consent;
import org.sparklora.checkpoint.Stamp;
import org.sparklora.collective.AllReduce;
import org.sparklora.evaluation.Judgement;
import org.sparklora.lora.TrainableModel;
import org.sparklora.lora.TrainableModel.Values;
import org.sparklora.storage.Store;

/** Restores and saves the state of a run together with the other ranks. */
final class SavedStates {
  private static final Log LOG = Log.of(SavedStates.class);
  private static final String KEEP = "keep";
  private static final String FRESH = "fresh";

  private final Attempt attempt;
  private final RunSettings run;
  private final Segment segment;
  private final AllReduce peers;
  private final TrainableModel model;

  SavedStates(Attempt attempt, TrainableModel model) {
    this.attempt = attempt;
    this.run = attempt.run();
    this.segment = attempt.segment();
    this.peers = attempt.peers();
    this.model = model;
  }

  /**
   * Brings all ranks to the segment's first step: with the state they hold if all hold the same,
   * else with the one that rank 0 chooses.
   *
   * @param held this rank's state, or null
   * @param initial the values that the run starts with
   */
  LoopState restore(LoopState held, float[] initial) {
    String choice = choice(held != null && held.step == segment.from());
    LoopState state =
        switch (choice) {
          case KEEP -> held;
          case FRESH -> fresh(initial);
          default -> loaded(choice);
        };
    if (ReplicaCheck.repair(model, peers)) {
      state.repaired++;
    }
    return state;
  }

  /** Commits the state as a checkpoint and rotates older ones out. */
  void save(LoopState state, RunLog log) {
    if (ReplicaCheck.repair(model, peers)) {
      state.repaired++;
    }
    state.checkpoint = PeersConsent.during(peers, consent -> write(state, log, asking(consent)));
  }

  /** How the run ends at the checkpoint that it went on from. */
  EarlyEnd end(LoopState state) {
    return new EarlyEnd(
        state.step,
        StateFiles.trainerState(run, state, outputDir()),
        StateFiles.sparklora(run, state));
  }

  /** Uploads the logs of a run that ends without a checkpoint. */
  void uploadOnly(RunLog log) {
    PeersConsent.during(
        peers,
        consent -> {
          log.upload(asking(consent));
          return "";
        });
  }

  /** The driver is asked before the peers: its hold on the output folder is the run's. */
  private Consent asking(Consent ofPeers) {
    return action -> {
      attempt.services().orders().awaitRightToWrite();
      ofPeers.ask(action);
    };
  }

  private String choice(boolean held) {
    byte[] mine = held ? ReplicaCheck.fingerprint(model) : new byte[0];
    List<byte[]> prints = peers.gather(mine);
    if (held && prints.stream().allMatch(p -> Arrays.equals(p, mine))) {
      return KEEP;
    }
    String chosen = attempt.isRankZero() ? chosenByRankZero() : "";
    return text(peers.gather(chosen.getBytes(StandardCharsets.UTF_8)).get(0));
  }

  private String chosenByRankZero() {
    boolean own = segment.source().isEmpty();
    if (own && segment.from() == 0) {
      return FRESH;
    }
    Checkpoints checkpoints = new Checkpoints(store(), own ? outputDir() : segment.source());
    return checkpoints
        .valid(segment.from())
        .filter(c -> !own || c.manifest().stamp().runId().equals(run.runId()))
        .map(Checkpoint::folder)
        .orElseThrow(this::noCheckpoint);
  }

  private Failure noCheckpoint() {
    return new Failure(
        ExitCode.STORAGE,
        "Cannot go on at step %d, its checkpoint is not there or damaged: %s (expected a valid one of run %s). Start again to take an earlier one."
            .formatted(segment.from(), outputDir(), run.runId()));
  }

  private LoopState fresh(float[] initial) {
    model.write(Values.PARAMETERS, FloatBuffer.wrap(initial));
    float[] zeros = new float[initial.length];
    model.write(Values.FIRST_MOMENT, FloatBuffer.wrap(zeros));
    model.write(Values.SECOND_MOMENT, FloatBuffer.wrap(zeros));
    return new LoopState(run);
  }

  private LoopState loaded(String folder) {
    Store store = store();
    LoopState state = new LoopState(run);
    model.load(AdapterFolder.read(store, folder));
    OptimizerFile.restore(store, Store.child(folder, OptimizerFile.NAME), model, state);
    StateFiles.restore(
        state,
        store.readText(Store.child(folder, StateFiles.TRAINER_STATE)),
        store.readText(Store.child(folder, StateFiles.SPARKLORA)));
    state.checkpoint = folder;
    if (!segment.source().isEmpty()) {
      state.judgement.restore(List.of(), new Judgement.Standing(null, 0)); // another run's
    }
    if (attempt.isRankZero()) {
      LOG.info("Going on from step {} in {}", state.step, folder);
    }
    return state;
  }

  private String write(LoopState state, RunLog log, Consent consent) {
    Checkpoints checkpoints = new Checkpoints(store(), outputDir());
    Stamp stamp = new Stamp(run.runId(), segment.generation(), state.step);
    Checkpoint committed = checkpoints.commit(stamp, files(state), consent);
    int limit = run.config().saving().totalLimit();
    if (limit > 0) {
      Set<Long> kept = new HashSet<>(Set.of(segment.from()));
      state.judgement.best().ifPresent(best -> kept.add(best.step()));
      checkpoints.rotate(run.runId(), limit, kept, consent);
    }
    log.upload(consent);
    return committed.folder();
  }

  private Map<String, byte[]> files(LoopState state) {
    Adapter adapter = model.adapter(run.resolved().modelCheckpoint());
    if (run.config().lora().portable()) {
      adapter = new Adapter(adapter.config().portable(), adapter.tensors());
    }
    Map<String, byte[]> files = new LinkedHashMap<>(AdapterFolder.files(adapter));
    files.put(OptimizerFile.NAME, OptimizerFile.write(model, state));
    files.put(
        StateFiles.TRAINER_STATE,
        StateFiles.trainerState(run, state, outputDir()).getBytes(StandardCharsets.UTF_8));
    files.put(
        StateFiles.SPARKLORA, StateFiles.sparklora(run, state).getBytes(StandardCharsets.UTF_8));
    return files;
  }

  private Store store() {
    return attempt.services().store();
  }

  private String outputDir() {
    return attempt.services().outputDir();
  }

  private static String text(byte[] message) {
    return new String(message, StandardCharsets.UTF_8);
  }
}
