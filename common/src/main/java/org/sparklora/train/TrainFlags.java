package org.sparklora.train;

import java.util.List;
import java.util.stream.Stream;
import org.sparklora.config.Option;
import org.sparklora.config.Options;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.RowOrder;
import org.sparklora.tensor.NumberChoice;

/** The flags of the train job: LLM-Tuning's first, then ours. */
final class TrainFlags {
  private static final List<Option> ALL =
      Stream.of(
              original(),
              run(),
              adapter(),
              step(),
              EvaluationChoice.options(),
              cluster(),
              tracking())
          .flatMap(List::stream)
          .toList();

  private TrainFlags() {}

  static Options options() {
    return Options.of("train", "trains a LoRA adapter on a feature table and publishes it.", ALL);
  }

  static List<String> names() {
    return ALL.stream().map(Option::name).toList();
  }

  /** The flags whose values say this much about a run, sorted. */
  static List<String> names(Option.Identity identity) {
    return ALL.stream().filter(o -> o.identity() == identity).map(Option::name).sorted().toList();
  }

  private static List<Option> original() {
    return List.of(
        Option.text(
                "tokenized_dataset", "Feature table: name under data/tokenized_data, path or URI.")
            .mustBeGiven(),
        Option.whole("lora_rank", "Rank of the adapter's matrices.").defaultsTo("8"),
        Option.whole(
                "per_device_train_batch_size",
                "Rows per rank and accumulation; sets rows per step at the first start.")
            .defaultsTo("8"),
        Option.whole("gradient_accumulation_steps", "Multiplies the rows per step.")
            .defaultsTo("1"),
        Option.whole("max_steps", "Optimizer steps of the run; wins over epochs; 0 or -1 for none.")
            .defaultsTo("-1"),
        Option.decimal("num_train_epochs", "Epochs of the run.").defaultsTo("3"),
        Option.whole("save_steps", "Steps between checkpoints.").defaultsTo("500").mayDiffer(),
        Option.whole("save_total_limit", "Checkpoints kept; 0 keeps all.")
            .defaultsTo("0")
            .mayDiffer(),
        Option.decimal("learning_rate", "Highest learning rate.").defaultsTo("5e-5"),
        Option.flag("fp16", "The same as --base_dtype fp16.").comparedAsResolved(),
        Option.flag(
                "remove_unused_columns", "Accepted for LLM-Tuning's scripts; changes nothing here.")
            .mayDiffer(),
        Option.whole("logging_steps", "Steps between log entries.").defaultsTo("500").mayDiffer(),
        Option.text("output_dir", "Where checkpoints and the adapter go.")
            .mustBeGiven()
            .mayDiffer(),
        Option.text("previous_lora_weights", "Folder of an adapter to start from.").defaultsTo(""));
  }

  private static List<Option> run() {
    return List.of(
        Option.text("model_checkpoint", "Base model; default is the table's.")
            .defaultsTo("")
            .comparedAsResolved(),
        Option.flag("trust_table", "Accept a table without _features.json.").mayDiffer(),
        Option.flag("trust_base", "Go on with an adapter or a run of another base.").mayDiffer(),
        Option.whole("seed", "Seeds order, initial weights and dropout.").defaultsTo("42"),
        Option.choice("sample_order", "Order of rows in an epoch.", RowOrder.class)
            .defaultsTo("shuffled"),
        Option.choice("label_policy", "Which ids are labels.", LabelPolicy.class)
            .defaultsTo("answer")
            .comparedAsResolved(),
        Option.text("resume", "auto, never, or a checkpoint folder.")
            .defaultsTo("auto")
            .mayDiffer());
  }

  private static List<Option> adapter() {
    return List.of(
        Option.decimal("lora_alpha", "Adapter output is scaled by alpha / rank.").defaultsTo("32"),
        Option.decimal("lora_dropout", "Dropout before the adapter.").defaultsTo("0.1"),
        Option.text(
                "lora_targets",
                "Comma-separated names of linear layers, or all-linear; default per family.")
            .defaultsTo("")
            .comparedAsResolved(),
        Option.flag("rslora", "Scale by alpha / sqrt(rank) instead."),
        Option.flag(
                "portable",
                "Write rsLoRA's scaling as a plain adapter's, which every server reads.")
            .defaultsTo("true")
            .mayDiffer());
  }

  private static List<Option> step() {
    return List.of(
        Option.choice(
                "base_dtype",
                "Type of the frozen weights; auto: fp32 on CPU, bf16 on GPU.",
                NumberChoice.class)
            .defaultsTo("auto")
            .comparedAsResolved(),
        Option.flag("bf16", "The same as --base_dtype bf16.").comparedAsResolved(),
        Option.choice(
                "gradient_checkpointing",
                "Recompute activations to save memory.",
                Checkpointing.class)
            .defaultsTo("auto")
            .mayDiffer(),
        Option.whole("max_tokens_per_micro_batch", "Tokens computed at once; 0 chooses.")
            .defaultsTo("0")
            .mayDiffer(),
        Option.text("weights_cache", "Folder on each host for converted weights.")
            .defaultsTo("")
            .mayDiffer(),
        Option.choice(
                "lr_scheduler_type",
                "How the learning rate goes on after the warm-up.",
                ScheduleType.words())
            .defaultsTo("linear"),
        Option.whole("warmup_steps", "Steps of linear warm-up.").defaultsTo("0"),
        Option.decimal("warmup_ratio", "The same as a part of all steps, rounded up.")
            .defaultsTo("0"),
        Option.decimal("weight_decay", "AdamW's weight decay.").defaultsTo("0"),
        Option.decimal("max_grad_norm", "Gradients are clipped to this norm; 0 for never.")
            .defaultsTo("1"));
  }

  private static List<Option> cluster() {
    return List.of(
        Option.whole("num_ranks", "Training processes; 0: one per executor.")
            .defaultsTo("0")
            .mayDiffer(),
        Option.whole("min_ranks", "Fewest ranks to go on with after losses.")
            .defaultsTo("1")
            .mayDiffer(),
        Option.duration("executor_wait", "How long to wait for lost executors to come back.")
            .defaultsTo("5min")
            .mayDiffer(),
        Option.duration("lease_wait", "How long to wait for the hold of a run that may be dead.")
            .defaultsTo("70s")
            .mayDiffer(),
        Option.duration("exchange_timeout", "Silence after which a rank counts as lost.")
            .defaultsTo("60s")
            .mayDiffer(),
        Option.choice(
                "exchange_tls",
                "Encrypt gradients between ranks; auto: as Spark does.",
                TlsChoice.class)
            .defaultsTo("auto")
            .mayDiffer());
  }

  private static List<Option> tracking() {
    return List.of(
        Option.text("mlflow_uri", "MLflow server that is told of the run.")
            .defaultsTo("")
            .mayDiffer(),
        Option.text("mlflow_experiment", "Experiment there.").defaultsTo("sparklora").mayDiffer(),
        Option.text("mlflow_run_name", "Run there; default is the output folder's name.")
            .defaultsTo("")
            .mayDiffer());
  }
}
