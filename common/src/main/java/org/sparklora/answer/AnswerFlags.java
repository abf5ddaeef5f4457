package org.sparklora.answer;

import java.util.ArrayList;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.config.Option;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;
import org.sparklora.generation.GenerationChoice;
import org.sparklora.lora.ForeignAdapter;
import org.sparklora.mix.AdapterPlace;
import org.sparklora.predict.ModelChoice;
import org.sparklora.prompt.FormChoice;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.NumberChoice;

/** The flags of everything that answers while somebody waits. */
public final class AnswerFlags {
  private static final String CPU = "cpu";

  private AnswerFlags() {}

  /** Which model, how prompts are written, how it decodes. */
  public static List<Option> options() {
    List<Option> all = new ArrayList<>(ofModel());
    all.addAll(ofPrompts());
    all.addAll(GenerationChoice.options());
    return all;
  }

  private static List<Option> ofModel() {
    return List.of(
        Option.text("model_checkpoint", "Base model: name under weights/, path or URI.")
            .mustBeGiven(),
        Option.texts(
            "adapter", "Adapter as DIR, NAME=DIR or NAME=DIR:WEIGHT; may be given several times."),
        Option.flag("trust_base", "Use an adapter that was trained on another base."),
        Option.choice(
                "base_dtype",
                "Type of the weights; auto: fp32 on CPU, bf16 on GPU.",
                NumberChoice.class)
            .defaultsTo("auto"),
        Option.text("weights_cache", "Folder for converted weights.").defaultsTo(""),
        Option.text("device", "cpu, or the number of a GPU.").defaultsTo(CPU),
        Option.whole("threads", "Threads of one computation; 0 for one per processor.")
            .defaultsTo("0"));
  }

  private static List<Option> ofPrompts() {
    return List.of(
        Option.choice(
                "prompt_form",
                "How conversations are written; auto: as the adapter was trained, else as belongs to the model.",
                FormChoice.words())
            .defaultsTo(FormChoice.AUTO),
        Option.text("prompt_format", "A prompt form of your own: a text with {prompt} in it.")
            .defaultsTo(""));
  }

  /** Reads them; fails with every problem at once. */
  public static AnswerSetup of(Settings flags, int queueLimit) {
    Problems problems = Problems.of("answer");
    GenerationChoice generation = problems.in(() -> GenerationChoice.of(flags));
    List<AdapterPlace> adapters = problems.in(() -> AdapterPlace.parseAll(flags.texts("adapter")));
    FormChoice prompts =
        problems.in(() -> new FormChoice(flags.text("prompt_form"), flags.text("prompt_format")));
    DeviceAddress device = problems.in(() -> device(flags.text("device")));
    problems
        .notBlank("model_checkpoint", flags.text("model_checkpoint"))
        .notNegative("threads", flags.whole("threads"), "0 is one per processor")
        .failIfAny();
    ModelChoice base =
        new ModelChoice(
            flags.text("model_checkpoint"),
            "",
            flags.choice("base_dtype", NumberChoice.class),
            flags.text("weights_cache"));
    int threads = flags.whole("threads");
    return new AnswerSetup(
        base,
        adapters,
        ForeignAdapter.of(flags.flag("trust_base")),
        prompts,
        generation,
        device,
        threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
        queueLimit);
  }

  private static DeviceAddress device(String word) {
    if (word.equals(CPU)) {
      return DeviceAddress.CPU;
    }
    if (!word.matches("\\d{1,4}")) {
      throw Failure.usage(
          "Cannot answer, --device is no processor: %s (expected cpu or the number of a GPU). Correct it."
              .formatted(word));
    }
    return DeviceAddress.gpu(Integer.parseInt(word));
  }
}
