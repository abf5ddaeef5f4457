package org.sparklora.tokenize;

import java.util.ArrayList;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.config.Option;
import org.sparklora.config.Options;
import org.sparklora.config.Settings;
import org.sparklora.feature.TableFormat;

/** Everything that the tokenize job's flags say, checked. */
public record TokenizeConfig(
    String modelCheckpoint,
    String inputFile,
    String promptKey,
    String targetKey,
    String saveName,
    int maxSeqLength,
    CutPolicy cutPolicy,
    TableFormat format,
    double maxBadFraction,
    boolean keepBadLines,
    boolean overwrite) {
  /** Room for every family's special tokens, some text, and the end token. */
  private static final int SHORTEST = 8;

  public TokenizeConfig {
    List<String> problems = new ArrayList<>();
    requireText(problems, "model_checkpoint", modelCheckpoint);
    requireText(problems, "input_file", inputFile);
    requireText(problems, "prompt_key", promptKey);
    requireText(problems, "target_key", targetKey);
    requireText(problems, "save_name", saveName);
    if (!promptKey.isBlank() && promptKey.equals(targetKey)) {
      problems.add(
          "Cannot tokenize, --prompt_key and --target_key are the same: %s (expected two fields). Change one."
              .formatted(promptKey));
    }
    if (maxSeqLength < SHORTEST) {
      problems.add(
          "Cannot tokenize, --max_seq_length is too small: %d (expected at least %d). LLM-Tuning uses 2000."
              .formatted(maxSeqLength, SHORTEST));
    }
    if (!(maxBadFraction >= 0 && maxBadFraction <= 1)) {
      problems.add(
          "Cannot tokenize, --max_bad_fraction is out of range: %s (expected 0 to 1). The default is 0.01."
              .formatted(maxBadFraction));
    }
    failIfAny(problems);
  }

  /** The flags of the job with their defaults and help. */
  public static Options options() {
    List<Option> all = new ArrayList<>(originalOptions());
    all.addAll(ownOptions());
    return Options.of("tokenize", "turns an instruction corpus into a feature table.", all);
  }

  /** Reads all flags; fails with every problem at once. */
  public static TokenizeConfig of(Settings flags) {
    List<String> problems = new ArrayList<>();
    CutPolicy asked = CutPolicy.of(flags.text("cut_policy"));
    boolean skip = flags.flag("skip_overlength");
    if (skip && flags.isGiven("cut_policy") && asked != CutPolicy.DROP) {
      problems.add(
          "Cannot tokenize, two cut policies are asked for: --skip_overlength true and --cut_policy %s (expected one). Drop one of them."
              .formatted(asked.word()));
    }
    TokenizeConfig config = null;
    try {
      config = of(flags, skip ? CutPolicy.DROP : asked);
    } catch (Failure e) {
      problems.add(e.getMessage());
    }
    failIfAny(problems);
    return config;
  }

  private static TokenizeConfig of(Settings flags, CutPolicy policy) {
    return new TokenizeConfig(
        flags.text("model_checkpoint"),
        flags.text("input_file"),
        flags.text("prompt_key"),
        flags.text("target_key"),
        flags.text("save_name"),
        flags.whole("max_seq_length"),
        policy,
        TableFormat.of(flags.text("format")),
        flags.decimal("max_bad_fraction"),
        flags.flag("keep_bad_lines"),
        flags.flag("overwrite"));
  }

  private static List<Option> originalOptions() {
    return List.of(
        Option.text("model_checkpoint", "Base model: name under weights/, path or URI.")
            .mustBeGiven(),
        Option.text(
                "input_file", "Corpus: JSON lines, a JSON array or Parquet; file, folder or glob.")
            .mustBeGiven(),
        Option.text("prompt_key", "Field that holds the question.").mustBeGiven(),
        Option.text("target_key", "Field that holds the answer.").mustBeGiven(),
        Option.text("save_name", "Feature table: name under data/tokenized_data, path or URI.")
            .mustBeGiven(),
        Option.whole("max_seq_length", "Most token ids of a row.").defaultsTo("2000"),
        Option.flag("skip_overlength", "The same as --cut_policy drop."));
  }

  private static List<Option> ownOptions() {
    return List.of(
        Option.choice("format", "Layout of the table.", TableFormat.words()).defaultsTo("parquet"),
        Option.choice("cut_policy", "What happens to longer rows.", CutPolicy.words())
            .defaultsTo(CutPolicy.KEEP_TARGET.word()),
        Option.decimal("max_bad_fraction", "Most bad rows, as a part of all, before the job fails.")
            .defaultsTo("0.01"),
        Option.flag("keep_bad_lines", "Keep the bad lines themselves in the quarantine table."),
        Option.flag("overwrite", "Make the table again where another one lies."));
  }

  private static void requireText(List<String> problems, String flag, String value) {
    if (value.isBlank()) {
      problems.add(
          "Cannot tokenize, --%s is empty: '%s' (expected a text). Give it a value."
              .formatted(flag, value));
    }
  }

  private static void failIfAny(List<String> problems) {
    if (!problems.isEmpty()) {
      throw Failure.usage(String.join("\n", problems));
    }
  }
}
