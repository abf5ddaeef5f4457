package org.sparklora.tokenize;

import java.util.ArrayList;
import java.util.List;
import org.sparklora.config.Option;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;
import org.sparklora.corpus.chat.RowFormat;
import org.sparklora.prompt.FormChoice;
import org.sparklora.prompt.TrainOn;

/**
 * How rows become conversations, and conversations text.
 *
 * @param rowFormat {@code auto} or a {@link RowFormat}'s word
 * @param datasetInfo LLaMA-Factory's description, empty for none
 * @param promptForm {@code auto}, {@code none}, {@code template} or a form's name
 * @param promptFormat a text around {@code {prompt}}, empty for none
 * @param maxBadFraction of conversations; no limit unless one was given
 */
public record ChatConfig(
    String rowFormat,
    String roles,
    String datasetInfo,
    String dataset,
    String promptForm,
    String promptFormat,
    TrainOn trainOn,
    double maxBadFraction) {
  public static final String AUTO = FormChoice.AUTO;

  /** Nothing was asked for. */
  public static final ChatConfig UNASKED =
      new ChatConfig(AUTO, "", "", "", AUTO, "", TrainOn.ALL, 1);

  public ChatConfig {
    Problems.of("tokenize")
        .unless(
            datasetInfo.isEmpty() == dataset.isEmpty(),
            "--dataset_info and --dataset belong together: '%s' and '%s' (expected both or none). Give both."
                .formatted(datasetInfo, dataset))
        .unless(
            datasetInfo.isEmpty() || rowFormat.equals(AUTO),
            "--row_format has a --dataset_info beside it: %s (expected one, both say the shape of a row). Drop one of them."
                .formatted(rowFormat))
        .failIfAny();
    new FormChoice(promptForm, promptFormat);
  }

  static List<Option> options() {
    List<String> formats = new ArrayList<>(List.of(AUTO));
    formats.addAll(RowFormat.words());
    return List.of(
        Option.choice("row_format", "Shape of a row; auto finds it by its keys.", formats)
            .defaultsTo(AUTO),
        Option.text("roles", "More names of speakers, as kunde=user,hilfe=assistant.")
            .defaultsTo(""),
        Option.text("dataset_info", "LLaMA-Factory's dataset_info.json, for columns and tags.")
            .defaultsTo(""),
        Option.text("dataset", "Name of the dataset in --dataset_info.").defaultsTo(""),
        Option.choice(
                "prompt_form",
                "How conversations become text; auto: two keys plain, else the model's template or its family's form.",
                FormChoice.words())
            .defaultsTo(AUTO),
        Option.text("prompt_format", "A prompt form of your own: a text with {prompt} in it.")
            .defaultsTo(""),
        Option.choice("train_on", "Which answers of a conversation are labels.", TrainOn.class)
            .defaultsTo("all"));
  }

  static ChatConfig of(Settings flags) {
    return new ChatConfig(
        flags.text("row_format"),
        flags.text("roles"),
        flags.text("dataset_info"),
        flags.text("dataset"),
        flags.text("prompt_form"),
        flags.text("prompt_format"),
        flags.choice("train_on", TrainOn.class),
        flags.isGiven("max_bad_fraction") ? flags.decimal("max_bad_fraction") : 1);
  }

  /** The prompt form that is asked for. */
  public FormChoice prompts() {
    return new FormChoice(promptForm, promptFormat);
  }

  /** Whether rows with two keys stay the plain texts they are. */
  boolean leavesPairsPlain() {
    return promptFormat.isEmpty()
        && (promptForm.equals(AUTO) || promptForm.equals(FormChoice.NONE));
  }
}
