package org.sparklora.evaluate;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sparklora.config.Option;
import org.sparklora.config.Options;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;
import org.sparklora.evaluate.loss.LossQuestion;

/**
 * Everything that the evaluate job's flags say, checked.
 *
 * @param loss which models are to predict the labels of a table; or none, and answers are judged
 * @param predictions folders or files of answers, each judged by itself
 * @param targetFile empty where targets stand beside the answers
 */
public record EvaluateConfig(
    Optional<LossQuestion> loss,
    List<String> predictions,
    String predictionKey,
    String targetKey,
    String targetFile,
    String encoding,
    String outputDir,
    double maxBadFraction,
    boolean overwrite,
    Duration leaseWait) {

  public EvaluateConfig {
    predictions = List.copyOf(predictions);
    Problems.of("evaluate")
        .unless(
            loss.isEmpty() || predictions.isEmpty(),
            "--tokenized_dataset and --predictions are both given: %s and %s (expected one of them). Drop one."
                .formatted(
                    loss.map(LossQuestion::table).orElse(""), String.join(", ", predictions)))
        .unless(
            loss.isPresent()
                || (!predictions.isEmpty() && predictions.stream().noneMatch(String::isBlank)),
            "--predictions names nothing: %s (expected folders of the predict job). Give it once for each, or --tokenized_dataset."
                .formatted(predictions))
        .unless(
            new HashSet<>(predictions).size() == predictions.size(),
            "--predictions names one folder twice: %s (expected each once). Drop one."
                .formatted(String.join(", ", predictions)))
        .notBlank("prediction_key", predictionKey)
        .notBlank("target_key", targetKey)
        .unless(
            !targetFile.isEmpty() || !predictionKey.equals(targetKey),
            "--prediction_key and --target_key are the same: %s (expected two fields). Change one, or give --target_file."
                .formatted(predictionKey))
        .notBlank("output_dir", outputDir)
        .encoding("encoding", encoding)
        .fraction("max_bad_fraction", maxBadFraction, "The default is 0.01")
        .failIfAny();
  }

  /** The flags of the job with their defaults and help. */
  public static Options options() {
    return Options.of(
        "evaluate",
        "says how well models predict a feature table, or how near answers come to the right ones.",
        Stream.of(LossQuestion.options(), answers(), output()).flatMap(List::stream).toList());
  }

  private static List<Option> answers() {
    return List.of(
        Option.texts(
            "predictions",
            "Folder of the predict job, or a file of answers; once for each to compare."),
        Option.text("prediction_key", "Field that holds the answer.").defaultsTo("prediction"),
        Option.text("target_key", "Field that holds the right answer.").defaultsTo("target"),
        Option.text(
                "target_file",
                "Where the right answers are, row by row, if not beside the answers.")
            .defaultsTo(""),
        Option.text("encoding", "Encoding of text files without a byte order mark.")
            .defaultsTo("UTF-8"),
        Option.decimal("max_bad_fraction", "More bad rows than this end the job.")
            .defaultsTo("0.01"));
  }

  private static List<Option> output() {
    return List.of(
        Option.text("output_dir", "Folder of the evaluation.").mustBeGiven(),
        Option.flag("overwrite", "Evaluate again where another evaluation lies."),
        Option.duration("lease_wait", "How long to wait for the hold of a run that may be dead.")
            .defaultsTo("70s"));
  }

  /** Reads all flags; fails with every problem at once. */
  public static EvaluateConfig of(Settings flags) {
    return new EvaluateConfig(
        LossQuestion.asked(flags),
        flags.texts("predictions"),
        flags.text("prediction_key"),
        flags.text("target_key"),
        flags.text("target_file"),
        flags.text("encoding"),
        flags.text("output_dir"),
        flags.decimal("max_bad_fraction"),
        flags.flag("overwrite"),
        flags.duration("lease_wait"));
  }
}
