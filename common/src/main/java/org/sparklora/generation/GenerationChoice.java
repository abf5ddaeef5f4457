package org.sparklora.generation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparklora.config.Given;
import org.sparklora.config.Option;
import org.sparklora.config.Settings;

/**
 * How answers are made, as far as flags and the {@code --config} file say it; a model's own values
 * fill the gaps.
 *
 * @param given what the user gave, by flag
 * @param stopTexts what {@code --stop} gave
 */
public record GenerationChoice(
    Map<String, Given> given,
    ModelsOwn modelsOwn,
    List<String> stopTexts,
    long seed,
    int batchSize,
    int promptLookupNumTokens) {
  /** Flags that a model may decide, with what holds where nobody does, in the order shown. */
  private static final Map<String, String> DEFAULTS = defaults();

  private static final List<String> WHOLE = List.of("max_new_tokens", "min_new_tokens", "top_k");

  private static Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("max_new_tokens", "256");
    defaults.put("min_new_tokens", "0");
    defaults.put("repetition_penalty", "1.0");
    defaults.put("begin_suppress_eos", "false");
    defaults.put("temperature", "0.0");
    defaults.put("top_k", "0");
    defaults.put("top_p", "1.0");
    return defaults;
  }

  public GenerationChoice {
    given = Map.copyOf(given);
    stopTexts = List.copyOf(stopTexts);
  }

  /** The flags; those that a model may decide have no default of their own. */
  public static List<Option> options() {
    List<Option> options = new ArrayList<>(ofTokens());
    options.addAll(ofEnds());
    return options;
  }

  private static List<Option> ofTokens() {
    return List.of(
        Option.choice(
                "generation_config",
                "model: values that no flag gives are those of the base's generation_config.json;"
                    + " off: only its end tokens count.",
                ModelsOwn.class)
            .defaultsTo("model"),
        Option.whole(
            "max_new_tokens", "Most tokens of an answer; default is the model's, else 256."),
        Option.decimal(
            "temperature",
            "0 takes the likeliest token, above 0 samples; default is the model's if it samples,"
                + " else 0."),
        Option.whole(
            "top_k",
            "Sample only from so many of the likeliest tokens; 0 for all; default is the model's,"
                + " else 0."),
        Option.decimal(
            "top_p",
            "Sample only from the likeliest tokens that reach this together; default is the"
                + " model's, else 1."),
        Option.decimal(
            "repetition_penalty",
            "Makes tokens of prompt and answer less likely, 1 for none; default is the model's,"
                + " else 1."),
        Option.whole("seed", "Seeds sampling.").defaultsTo("42"));
  }

  private static List<Option> ofEnds() {
    return List.of(
        Option.texts("stop", "Ends an answer before this text; may be given several times."),
        Option.whole(
            "min_new_tokens",
            "No end token before so many others; default is the model's, else 0."),
        Option.flag("begin_suppress_eos", "No end token as the first one."),
        Option.whole("batch_size", "Rows decoded together.").defaultsTo("16"),
        Option.whole(
                "prompt_lookup_num_tokens",
                "At temperature 0: tokens that a row looks up in its own text and checks at once; 0"
                    + " for none.")
            .defaultsTo(String.valueOf(GenerationSettings.DEFAULT_LOOKUP)));
  }

  /** Reads the flags; fails with all that is wrong whatever the model says. */
  public static GenerationChoice of(Settings flags) {
    Map<String, Given> given = new LinkedHashMap<>();
    for (String name : DEFAULTS.keySet()) {
      flags.given(name).ifPresent(value -> given.put(name, value));
    }
    flags.given("stop").ifPresent(value -> given.put("stop", value));
    WHOLE.stream().filter(given::containsKey).forEach(flags::whole); // too large is said there
    GenerationChoice choice =
        new GenerationChoice(
            given,
            flags.choice("generation_config", ModelsOwn.class),
            flags.texts("stop"),
            flags.longWhole("seed"),
            flags.whole("batch_size"),
            flags.whole("prompt_lookup_num_tokens"));
    choice.with(choice.leastThatAModelSays());
    return choice;
  }

  /** A model may sample, so that flags of sampling have an effect. */
  private ModelDefaults leastThatAModelSays() {
    boolean maySample = modelsOwn == ModelsOwn.MODEL;
    return maySample
        ? new ModelDefaults(Map.of("temperature", "1.0"), Stops.NONE)
        : ModelDefaults.NONE;
  }

  /** All values, with those of a model. */
  public ResolvedGeneration with(ModelDefaults model) {
    Map<String, Given> values = new LinkedHashMap<>();
    DEFAULTS.forEach((name, value) -> values.put(name, value(name, model, value)));
    if (Double.parseDouble(values.get("temperature").value()) == 0) {
      List.of("top_k", "top_p").forEach(name -> values.compute(name, this::unlessGiven));
    }
    return ResolvedGeneration.of(values, this, model);
  }

  private Given value(String name, ModelDefaults model, String otherwise) {
    Optional<Given> own =
        Optional.ofNullable(model.values().get(name)).map(v -> new Given(v, "model"));
    return Optional.ofNullable(given.get(name)).or(() -> own).orElse(Given.byDefault(otherwise));
  }

  /** A model's values of sampling mean nothing where the likeliest token is taken. */
  private Given unlessGiven(String name, Given value) {
    return given.containsKey(name) ? value : Given.byDefault(DEFAULTS.get(name));
  }
}
