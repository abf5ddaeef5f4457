package org.sparklora.evaluate.loss;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.sparklora.config.Option;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;
import org.sparklora.lora.ForeignAdapter;
import org.sparklora.mix.AdapterPlace;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.predict.AdapterChoice;
import org.sparklora.predict.ModelChoice;
import org.sparklora.tensor.NumberChoice;

/**
 * Which models are to predict the labels of which table: the base alone, and each adapter on it.
 *
 * @param table feature table
 * @param checkpoint of the base; empty for the table's own
 * @param labelPolicy as in the training that is compared with
 */
public record LossQuestion(
    String table,
    boolean trustTable,
    String checkpoint,
    List<AdapterPlace> adapters,
    ForeignAdapter foreignAdapter,
    NumberChoice baseDtype,
    LabelPolicy labelPolicy,
    String weightsCache) {
  /** What the base is called beside its adapters. */
  public static final String BASE = "base";

  public LossQuestion {
    adapters = List.copyOf(adapters);
    Problems.of("evaluate")
        .unless(
            adapters.stream().noneMatch(a -> a.name().equals(BASE)),
            "an adapter has the name that the base has in the table: %s (expected another). Give it as OTHER=DIR."
                .formatted(BASE))
        .failIfAny();
  }

  /** The flags with their defaults and help. */
  public static List<Option> options() {
    return List.of(
        Option.text("tokenized_dataset", "Feature table whose labels models predict.")
            .defaultsTo(""),
        Option.flag("trust_table", "Accept a table without _features.json."),
        Option.text("model_checkpoint", "Base model; the table's own by default.").defaultsTo(""),
        Option.texts(
            "adapter",
            "An adapter to stand beside the base, as DIR, NAME=DIR or NAME=DIR:WEIGHT; once for each."),
        Option.flag("trust_base", "Use an adapter that was trained on another base."),
        Option.choice(
                "base_dtype",
                "Type of the base's weights; auto is bf16 on a GPU, else fp32.",
                NumberChoice.class)
            .defaultsTo("auto"),
        Option.choice("label_policy", "Which ids are labels; as in training.", LabelPolicy.class)
            .defaultsTo("answer"),
        Option.text("weights_cache", "Folder on each host for converted weights.").defaultsTo(""));
  }

  /** What flags ask; nothing where they name no table. */
  public static Optional<LossQuestion> asked(Settings flags) {
    LossQuestion asked = of(flags);
    Problems.of("evaluate")
        .unless(
            !asked.table.isBlank() || (asked.adapters.isEmpty() && asked.checkpoint.isEmpty()),
            "--model_checkpoint and --adapter have no table to predict: no --tokenized_dataset is given (expected a feature table). Add it.")
        .failIfAny();
    return Optional.of(asked).filter(a -> !a.table.isBlank());
  }

  private static LossQuestion of(Settings flags) {
    return new LossQuestion(
        flags.text("tokenized_dataset"),
        flags.flag("trust_table"),
        flags.text("model_checkpoint"),
        AdapterPlace.parseAll(flags.texts("adapter")),
        ForeignAdapter.of(flags.flag("trust_base")),
        flags.choice("base_dtype", NumberChoice.class),
        flags.choice("label_policy", LabelPolicy.class),
        flags.text("weights_cache"));
  }

  /**
   * The models by the names that they are shown with, the base first.
   *
   * @param base folder of the base
   * @param path where a folder of an adapter is
   */
  public Map<String, ModelChoice> models(String base, UnaryOperator<String> path) {
    Map<String, ModelChoice> models = new LinkedHashMap<>();
    models.put(BASE, model(base, AdapterChoice.NONE));
    for (AdapterPlace place : adapters) {
      AdapterPlace there = place.at(path.apply(place.folder()));
      models.put(place.name(), model(base, AdapterChoice.only(there)));
    }
    return models;
  }

  private ModelChoice model(String base, AdapterChoice adapters) {
    return new ModelChoice(base, adapters, baseDtype, weightsCache);
  }
}
