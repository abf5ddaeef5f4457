package org.sparklora.tokenize;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.sparklora.config.Option;
import org.sparklora.config.Options;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;
import org.sparklora.feature.TableFormat;

/** Everything that the tokenize job's flags say, checked. */
public record TokenizeConfig(
    String modelCheckpoint,
    List<String> inputFiles,
    String promptKey,
    String targetKey,
    String encoding,
    String saveName,
    int maxSeqLength,
    CutPolicy cutPolicy,
    TableFormat format,
    double maxBadFraction,
    boolean keepBadLines,
    boolean overwrite,
    Duration leaseWait,
    Dedup dedup,
    double valSize,
    ChatConfig chat) {
  /** Room for every family's special tokens, some text, and the end token. */
  private static final int SHORTEST = 8;

  /** Their keys lie in the driver's memory. */
  private static final int MOST_ROWS = 10_000_000;

  /** As in a mix: what has a point is a share. */
  private static final Pattern COUNT = Pattern.compile("\\d+");

  private static final String SIZES =
      "a part of the prompts, 0 to below 1, or a number of rows without a point";

  public TokenizeConfig {
    inputFiles = List.copyOf(inputFiles);
    Problems.of("tokenize")
        .notBlank("model_checkpoint", modelCheckpoint)
        .unless(
            inputFiles.stream().noneMatch(String::isBlank)
                && !(inputFiles.isEmpty() && chat.datasetInfo().isEmpty()),
            "--input_file is empty: '%s' (expected a text). Give it a value."
                .formatted(String.join(", ", inputFiles)))
        .unless(
            promptKey.isBlank() == targetKey.isBlank(),
            "--prompt_key and --target_key belong together: '%s' and '%s' (expected both or none). Give both, or none and let the rows' keys say their shape."
                .formatted(promptKey, targetKey))
        .unless(
            promptKey.isBlank() || pairs(chat),
            "two shapes of rows are asked for: --prompt_key %s and --row_format or --dataset_info (expected one). Drop one of them."
                .formatted(promptKey))
        .unless(
            !promptKey.isBlank() || !chat.rowFormat().equals("pair"),
            "--row_format pair has no keys: '%s' (expected --prompt_key and --target_key). Give both."
                .formatted(promptKey))
        .notBlank("save_name", saveName)
        .different("prompt_key", promptKey, "target_key", targetKey)
        .encoding("encoding", encoding)
        .unless(
            maxSeqLength >= SHORTEST,
            "--max_seq_length is too small: %d (expected at least %d). LLM-Tuning uses 2000."
                .formatted(maxSeqLength, SHORTEST))
        .fraction("max_bad_fraction", maxBadFraction, "The default is 0.01")
        .within(
            valSize >= 0 && (valSize < 1 || isCount(valSize)),
            "val_size",
            valSize,
            SIZES,
            "The default is 0")
        .failIfAny();
  }

  private static boolean isCount(double valSize) {
    return valSize >= 1 && valSize == Math.rint(valSize) && valSize <= MOST_ROWS;
  }

  private static boolean pairs(ChatConfig chat) {
    return chat.datasetInfo().isEmpty()
        && (chat.rowFormat().equals(ChatConfig.AUTO) || chat.rowFormat().equals("pair"));
  }

  /** Whether rows are two texts that become a row as they are, as LLM-Tuning has it. */
  public boolean isPlain() {
    return !promptKey.isBlank() && chat.leavesPairsPlain();
  }

  /** The flags of the job with their defaults and help. */
  public static Options options() {
    List<Option> all = new ArrayList<>(originalOptions());
    all.addAll(ownOptions());
    all.addAll(ChatConfig.options());
    return Options.of("tokenize", "turns an instruction corpus into a feature table.", all);
  }

  /** Reads all flags; fails with every problem at once. */
  public static TokenizeConfig of(Settings flags) {
    CutPolicy asked = CutPolicy.of(flags.text("cut_policy"));
    boolean skip = flags.flag("skip_overlength");
    Problems problems =
        Problems.of("tokenize")
            .unless(
                !skip || asked == CutPolicy.DROP || !flags.isGiven("cut_policy"),
                "two cut policies are asked for: --skip_overlength true and --cut_policy %s (expected one). Drop one of them."
                    .formatted(asked.word()));
    String held = flags.text("val_size");
    problems.within(
        !isCount(flags.decimal("val_size")) || COUNT.matcher(held).matches(),
        "val_size",
        held,
        SIZES,
        "The default is 0");
    TokenizeConfig config = problems.in(() -> of(flags, skip ? CutPolicy.DROP : asked));
    problems.failIfAny();
    return config;
  }

  private static TokenizeConfig of(Settings flags, CutPolicy policy) {
    return new TokenizeConfig(
        flags.text("model_checkpoint"),
        flags.texts("input_file"),
        flags.text("prompt_key"),
        flags.text("target_key"),
        flags.text("encoding"),
        flags.text("save_name"),
        flags.whole("max_seq_length"),
        policy,
        TableFormat.of(flags.text("format")),
        flags.decimal("max_bad_fraction"),
        flags.flag("keep_bad_lines"),
        flags.flag("overwrite"),
        flags.duration("lease_wait"),
        Dedup.of(flags.text("dedup")),
        flags.decimal("val_size"),
        ChatConfig.of(flags));
  }

  private static List<Option> originalOptions() {
    return List.of(
        Option.text("model_checkpoint", "Base model: name under weights/, path or URI.")
            .mustBeGiven(),
        Option.texts(
            "input_file",
            "Corpus: JSON, CSV, TSV or Parquet; file, folder or glob; several with =0.7 or =1000 mix."),
        Option.text("prompt_key", "Field that holds the question, where rows have two keys.")
            .defaultsTo(""),
        Option.text("target_key", "Field that holds the answer.").defaultsTo(""),
        Option.text("save_name", "Feature table: name under data/tokenized_data, path or URI.")
            .mustBeGiven(),
        Option.whole("max_seq_length", "Most token ids of a row.").defaultsTo("2000"),
        Option.flag("skip_overlength", "The same as --cut_policy drop."));
  }

  private static List<Option> ownOptions() {
    return List.of(
        Option.text("encoding", "Encoding of text files without a byte order mark.")
            .defaultsTo("UTF-8"),
        Option.choice("format", "Layout of the table.", TableFormat.words()).defaultsTo("parquet"),
        Option.choice("cut_policy", "What happens to longer rows.", CutPolicy.words())
            .defaultsTo(CutPolicy.KEEP_TARGET.word()),
        Option.decimal("max_bad_fraction", "Most bad rows, as a part of all, before the job fails.")
            .defaultsTo("0.01"),
        Option.flag("keep_bad_lines", "Keep the bad lines themselves in the quarantine table."),
        Option.flag("overwrite", "Make the table again where another one lies."),
        Option.duration("lease_wait", "How long to wait for the hold of a run that may be dead.")
            .defaultsTo("70s"),
        Option.choice(
                "dedup",
                "Which rows are left out: exact repeats of earlier ones, or nearly equal ones, too.",
                Dedup.words())
            .defaultsTo(Dedup.OFF.word()),
        Option.decimal(
                "val_size",
                "Part of the prompts, or from 1 on rows, held out as a second table: SAVE_NAME.eval.")
            .defaultsTo("0"));
  }
}
