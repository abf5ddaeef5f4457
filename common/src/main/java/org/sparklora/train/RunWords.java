package org.sparklora.train;

import java.util.Map;
import java.util.TreeMap;
import org.sparklora.config.Option.Identity;
import org.sparklora.config.Settings;

/** A run's settings as names and words, for trackers. */
public final class RunWords {
  private RunWords() {}

  /** What stays as it is from the run's first start to its end. */
  public static Map<String, String> lasting(RunSettings run) {
    Map<String, String> words = flags(run, Identity.AS_GIVEN);
    RunSettings.Resolved resolved = run.resolved();
    words.put("family", resolved.family().word());
    words.put("model_checkpoint", resolved.modelCheckpoint());
    words.put("base_dtype", resolved.baseDtype().word());
    words.put("lora_targets", String.join(",", resolved.loraTargets()));
    words.put("label_policy", resolved.labelPolicy().word());
    words.put("rows", "" + run.grid().rows());
    words.put("rows_per_step", "" + run.grid().rowsPerStep());
    words.put("steps", "" + run.grid().steps());
    words.put("table_fingerprint", run.provenance().table());
    words.put("codec_fingerprint", run.provenance().codec());
    words.put("prompt_fingerprint", run.provenance().prompt());
    words.values().removeIf(String::isEmpty);
    return words;
  }

  /** What another start may change. */
  public static Map<String, String> changing(RunSettings run) {
    Map<String, String> words = flags(run, Identity.NONE);
    words.put("base_fingerprint", run.provenance().base());
    words.putAll(run.environment());
    words.values().removeIf(String::isEmpty);
    return words;
  }

  private static Map<String, String> flags(RunSettings run, Identity identity) {
    Map<String, String> words = new TreeMap<>();
    for (String name : TrainFlags.names(identity)) {
      words.put(name, Settings.masked(run.config().values().get(name)));
    }
    return words;
  }
}
