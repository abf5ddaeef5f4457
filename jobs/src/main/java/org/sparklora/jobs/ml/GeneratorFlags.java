package org.sparklora.jobs.ml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.sql.SparkSession;
import org.sparklora.config.Option;
import org.sparklora.config.Options;
import org.sparklora.config.Settings;
import org.sparklora.generation.GenerationChoice;
import org.sparklora.jobs.model.AnsweringSetup;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.lora.ForeignAdapter;
import org.sparklora.mix.MixedOrigin;
import org.sparklora.model.load.ModelFolders;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.predict.BaseDefaults;
import org.sparklora.predict.ModelChoice;
import org.sparklora.predict.ModelFingerprints;
import org.sparklora.predict.PredictConfig;
import org.sparklora.predict.PromptNotes;
import org.sparklora.predict.PromptShape;
import org.sparklora.prompt.FormChoice;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;

/**
 * The predict job's flags about a model and its answers, as parameters of the same names without
 * underscores, and what they say.
 */
record GeneratorFlags(
    ModelChoice model,
    ForeignAdapter foreignAdapter,
    FormChoice prompts,
    GenerationChoice generation) {
  static final String ADAPTER_COLUMN = "adapterCol";

  private static final String MODEL = "model_checkpoint";
  private static final Pattern WORD = Pattern.compile("_([a-z])");

  /** One for each flag but the model's, which all stages have. */
  static List<Param<?>> parameters(TextGenerator stage) {
    List<Param<?>> all = new ArrayList<>();
    for (Option option : PredictConfig.answeringOptions()) {
      if (!option.name().equals(MODEL)) {
        all.add(parameter(stage, option));
      }
    }
    return all;
  }

  private static Param<?> parameter(TextGenerator stage, Option option) {
    String name = name(option);
    return switch (option.kind()) {
      case WHOLE ->
          name.equals("seed")
              ? new LongParam(stage, name, option.help())
              : new IntParam(stage, name, option.help());
      case DECIMAL -> new DoubleParam(stage, name, option.help());
      case BOOLEAN -> new BooleanParam(stage, name, option.help());
      case TEXTS -> new StringArrayParam(stage, name, option.help());
      default -> new Param<String>(stage, name, option.help());
    };
  }

  private static String name(Option option) {
    return option.name().equals("adapter_column")
        ? ADAPTER_COLUMN
        : WORD.matcher(option.name()).replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
  }

  /** What a stage's parameters say; fails with every problem at once. */
  static GeneratorFlags of(TextGenerator stage) {
    List<Option> options = PredictConfig.answeringOptions();
    List<String> words = new ArrayList<>(List.of("--" + MODEL + "=" + stage.modelUrl()));
    options.stream()
        .filter(option -> !option.name().equals(MODEL))
        .filter(option -> stage.isSet(stage.getParam(name(option))))
        .forEach(o -> values(stage, o).forEach(v -> words.add("--" + o.name() + "=" + v)));
    return Settings.parse(
            Options.of("generate", "answers a column of prompts.", options),
            words.toArray(String[]::new))
        .build(GeneratorFlags::of);
  }

  private static List<String> values(TextGenerator stage, Option option) {
    Object value = stage.getOrDefault(stage.getParam(name(option)));
    return value instanceof String[] several
        ? Arrays.asList(several)
        : List.of(String.valueOf(value));
  }

  private static GeneratorFlags of(Settings flags) {
    return new GeneratorFlags(
        ModelChoice.of(flags),
        ForeignAdapter.of(flags.flag("trust_base")),
        new FormChoice(flags.text("prompt_form"), flags.text("prompt_format")),
        GenerationChoice.of(flags));
  }

  /** For tasks: with paths, and what the model's own files say; refuses what does not fit. */
  AnsweringSetup setup(SparkSession session) {
    StorageSettings storage = SparkStorage.settings(session);
    Store store = Store.with(storage);
    NamedPaths paths = NamedPaths.of(session);
    ModelChoice there = model.at(paths.model(store, model.checkpoint()), paths::resolve);
    ModelFingerprints.of(store, there, foreignAdapter, "");
    PromptNotes notes =
        PromptNotes.choose(
            prompts,
            there.hasAdapter(),
            MixedOrigin.of(store, there.adapters().places(), foreignAdapter),
            ModelFolders.local(store, there.checkpoint()),
            DecoderSpec.read(store, there.checkpoint()).family(),
            PromptShape.TEXT);
    return new AnsweringSetup(
        storage,
        there,
        generation
            .with(BaseDefaults.read(store, there.checkpoint(), generation.modelsOwn(), notes))
            .settings(),
        notes);
  }
}
