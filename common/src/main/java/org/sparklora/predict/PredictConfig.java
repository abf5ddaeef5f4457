package org.sparklora.predict;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.sparklora.config.Option;
import org.sparklora.config.Options;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;
import org.sparklora.corpus.chat.Roles;
import org.sparklora.generation.GenerationChoice;
import org.sparklora.lora.ForeignAdapter;
import org.sparklora.prompt.FormChoice;
import org.sparklora.tensor.NumberChoice;

/**
 * Everything that the predict job's flags say, checked.
 *
 * @param targetKey empty when there is nothing to compare answers with
 */
public record PredictConfig(
    String inputFile,
    String promptKey,
    String targetKey,
    String encoding,
    String outputDir,
    PredictionFormat format,
    boolean overwrite,
    double maxBadFraction,
    ModelChoice model,
    ForeignAdapter foreignAdapter,
    GenerationChoice generation,
    Duration leaseWait,
    FormChoice prompts,
    PromptShape shape) {

  public PredictConfig {
    Problems.of("predict")
        .notBlank("model_checkpoint", model.checkpoint())
        .notBlank("input_file", inputFile)
        .unless(
            !promptKey.isBlank() || targetKey.isBlank(),
            "--target_key has no --prompt_key beside it: %s (expected both, or none for conversations). Give both."
                .formatted(targetKey))
        .unless(
            shape.isRow() || shape.roles().equals(Roles.USUAL),
            "--roles has a --prompt_key beside it: %s (expected it for conversations only). Drop one of them."
                .formatted(shape.roles().word()))
        .unless(
            !model.adapters().isPerRow() || (targetKey.isBlank() && !promptKey.isBlank()),
            "--adapter_column goes with --prompt_key and without --target_key: %s (expected texts to answer, none to compare with). Correct the flags."
                .formatted(model.adapters().column()))
        .notBlank("output_dir", outputDir)
        .different("prompt_key", promptKey, "target_key", targetKey)
        .different("prompt_key", promptKey, "adapter_column", model.adapters().column())
        .encoding("encoding", encoding)
        .fraction("max_bad_fraction", maxBadFraction, "The default is 0.01")
        .failIfAny();
  }

  /** The key beside the prompt's: of the right answer, or of the adapter; empty for none. */
  public String secondKey() {
    return model.adapters().isPerRow() ? model.adapters().column() : targetKey;
  }

  /** The flags of the job with their defaults and help. */
  public static Options options() {
    List<Option> all = new ArrayList<>(dataOptions());
    all.addAll(answeringOptions());
    return Options.of("predict", "answers a table of prompts with a base and an adapter.", all);
  }

  /** Those about a model and its answers, whatever is asked. */
  public static List<Option> answeringOptions() {
    List<Option> all = new ArrayList<>(promptOptions());
    all.addAll(modelOptions());
    all.addAll(GenerationChoice.options());
    return all;
  }

  /** Reads all flags; fails with every problem at once. */
  public static PredictConfig of(Settings flags) {
    Problems problems = Problems.of("predict");
    GenerationChoice generation = problems.in(() -> GenerationChoice.of(flags));
    AdapterChoice adapters = problems.in(() -> AdapterChoice.of(flags));
    PredictConfig config =
        problems.in(
            () ->
                of(
                    flags,
                    generation,
                    ModelChoice.of(flags, adapters == null ? AdapterChoice.NONE : adapters)));
    problems.failIfAny();
    return config;
  }

  private static PredictConfig of(Settings flags, GenerationChoice generation, ModelChoice model) {
    return new PredictConfig(
        flags.text("input_file"),
        flags.text("prompt_key"),
        flags.text("target_key"),
        flags.text("encoding"),
        flags.text("output_dir"),
        PredictionFormat.of(flags.text("format")),
        flags.flag("overwrite"),
        flags.decimal("max_bad_fraction"),
        model,
        ForeignAdapter.of(flags.flag("trust_base")),
        generation,
        flags.duration("lease_wait"),
        new FormChoice(flags.text("prompt_form"), flags.text("prompt_format")),
        new PromptShape(flags.text("prompt_key").isBlank(), Roles.of(flags.text("roles"))));
  }

  private static List<Option> dataOptions() {
    return List.of(
        Option.text("input_file", "Prompts: JSON, CSV, TSV or Parquet; file, folder or glob.")
            .mustBeGiven(),
        Option.text("prompt_key", "Field that holds the prompt; without it rows are conversations.")
            .defaultsTo(""),
        Option.text("target_key", "Field that holds the right answer, to count exact matches.")
            .defaultsTo(""),
        Option.text("roles", "More names of speakers, as kunde=user,hilfe=assistant.")
            .defaultsTo(""),
        Option.text("encoding", "Encoding of text files without a byte order mark.")
            .defaultsTo("UTF-8"),
        Option.text("output_dir", "Folder of the table of answers.").mustBeGiven(),
        Option.choice("format", "Layout of the table.", PredictionFormat.words())
            .defaultsTo("parquet"),
        Option.decimal("max_bad_fraction", "More bad rows than this end the job.")
            .defaultsTo("0.01"),
        Option.flag("overwrite", "Make the table again where another one lies."),
        Option.duration("lease_wait", "How long to wait for the hold of a run that may be dead.")
            .defaultsTo("70s"));
  }

  private static List<Option> promptOptions() {
    return List.of(
        Option.choice(
                "prompt_form",
                "How prompts are written; auto: as the adapter was trained, else as belongs to the"
                    + " model.",
                FormChoice.words())
            .defaultsTo(FormChoice.AUTO),
        Option.text("prompt_format", "A prompt form of your own: a text with {prompt} in it.")
            .defaultsTo(""));
  }

  private static List<Option> modelOptions() {
    return List.of(
        Option.text("model_checkpoint", "Base model: name under weights/, path or URI.")
            .mustBeGiven(),
        Option.texts(
            "adapter",
            "A LoRA adapter, ours or PEFT's: DIR, NAME=DIR or NAME=DIR:WEIGHT; default is the base"
                + " alone."),
        Option.text("mix", "How much of each adapter, as a=0.7,b=0.3; default: their weights.")
            .defaultsTo(""),
        Option.text(
                "adapter_column", "Field that names each row's adapter or mix; empty for the base.")
            .defaultsTo(""),
        Option.flag("trust_base", "Use an adapter that was trained on another base."),
        Option.choice(
                "base_dtype",
                "Type of the weights; auto: fp32 on CPU, bf16 on GPU.",
                NumberChoice.class)
            .defaultsTo("auto"),
        Option.text("weights_cache", "Folder on each host for converted weights.").defaultsTo(""));
  }
}
