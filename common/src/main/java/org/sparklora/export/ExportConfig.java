package org.sparklora.export;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.sparklora.config.Option;
import org.sparklora.config.Options;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;
import org.sparklora.lora.ForeignAdapter;
import org.sparklora.mix.AdapterMix;
import org.sparklora.mix.AdapterPlace;

/**
 * Everything that the flags of an export say, checked.
 *
 * @param rank of a cut adapter; 0 for the largest of those that are mixed
 * @param modelCheckpoint the base; empty where an adapter is written without looking at it
 */
public record ExportConfig(
    List<AdapterPlace> adapters,
    AdapterMix mix,
    Method method,
    int rank,
    boolean merge,
    String modelCheckpoint,
    String outputDir,
    long maxShardSize,
    ForeignAdapter foreignAdapter,
    boolean overwrite,
    Duration leaseWait) {

  /** How an adapter of a mix is made. */
  public enum Method {
    EXACT,
    SVD
  }

  public ExportConfig {
    adapters = List.copyOf(adapters);
    Problems.of("export")
        .notBlank("output_dir", outputDir)
        .unless(
            !adapters.isEmpty(),
            "no adapter is given: none (expected at least one). Give --adapter NAME=DIR.")
        .notNegative("rank", rank, "Leave it out for the largest of the adapters")
        .unless(
            rank == 0 || method == Method.SVD,
            "--rank is for --method svd: %d (expected none, an exact mix has the sum of the ranks). Leave it out or add --method svd."
                .formatted(rank))
        .unless(
            !merge || method == Method.EXACT,
            "--merge adds the mix as it is: --method svd (expected exact). Leave --method out, or export the cut adapter first and merge that.")
        .unless(
            !merge || !modelCheckpoint.isBlank(),
            "--merge has no base: '' (expected --model_checkpoint). Give the base that the adapters were trained on.")
        .failIfAny();
  }

  /** The flags of the command with their defaults and help. */
  public static Options options() {
    return Options.of(
        "export",
        "writes an adapter of a mix, or a base with a mix merged into it, for other tools.",
        List.of(
            Option.texts(
                "adapter", "An adapter as NAME=DIR or NAME=DIR:WEIGHT; may be given often."),
            Option.text("mix", "How much of each adapter, as a=0.7,b=0.3; default: their weights.")
                .defaultsTo(""),
            Option.choice(
                    "method",
                    "exact has the sum of the ranks, svd the rank of --rank.",
                    Method.class)
                .defaultsTo("exact"),
            Option.whole("rank", "Rank for svd; 0: the largest of the adapters.").defaultsTo("0"),
            Option.flag("merge", "Write the base with the mix added to its weights."),
            Option.text("model_checkpoint", "Base model, for --merge and to check the adapters.")
                .defaultsTo(""),
            Option.text("output_dir", "New folder for the adapter or the model.").mustBeGiven(),
            Option.text("max_shard_size", "Largest weight file of a merged model.")
                .defaultsTo("5GB"),
            Option.flag("trust_base", "Use an adapter that was trained on another base."),
            Option.flag("overwrite", "Write again where another export lies."),
            Option.duration(
                    "lease_wait", "How long to wait for the hold of a run that may be dead.")
                .defaultsTo("70s")));
  }

  /** Reads all flags; fails with every problem at once. */
  public static ExportConfig of(Settings flags) {
    Problems problems = Problems.of("export");
    List<AdapterPlace> places = problems.in(() -> AdapterPlace.parseAll(flags.texts("adapter")));
    Long shard = problems.in(() -> ByteSize.parse("max_shard_size", flags.text("max_shard_size")));
    AdapterMix mix =
        places == null
            ? AdapterMix.NONE
            : problems.in(() -> AdapterMix.chosen(flags.text("mix"), places));
    problems.failIfAny();
    return new ExportConfig(
        places,
        mix,
        flags.choice("method", Method.class),
        flags.whole("rank"),
        flags.flag("merge"),
        flags.text("model_checkpoint"),
        flags.text("output_dir"),
        shard,
        ForeignAdapter.of(flags.flag("trust_base")),
        flags.flag("overwrite"),
        flags.duration("lease_wait"));
  }

  /** The same with folders as they are, not as typed. */
  public ExportConfig at(UnaryOperator<String> path, UnaryOperator<String> model) {
    return new ExportConfig(
        adapters.stream().map(place -> place.at(path.apply(place.folder()))).toList(),
        mix,
        method,
        rank,
        merge,
        modelCheckpoint.isBlank() ? "" : model.apply(modelCheckpoint),
        path.apply(outputDir),
        maxShardSize,
        foreignAdapter,
        overwrite,
        leaseWait);
  }
}
