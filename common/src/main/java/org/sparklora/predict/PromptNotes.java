package org.sparklora.predict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Optional;
import org.sparklora.ModelFamily;
import org.sparklora.adapter.AdapterOrigin;
import org.sparklora.prompt.FormChoice;
import org.sparklora.prompt.PromptForm;
import org.sparklora.prompt.PromptForms;
import org.sparklora.prompt.PromptNote;
import org.sparklora.storage.Store;
import org.sparklora.text.TokenCodec;

/**
 * The form of all prompts, and where it comes from.
 *
 * @param form its name
 * @param note as it travels; empty for plain texts
 * @param shape what a prompt's text is
 * @param said one line for the user; empty where there is nothing to say
 */
public record PromptNotes(String form, String note, PromptShape shape, String said)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Texts as they are. */
  public static final PromptNotes PLAIN =
      new PromptNotes(FormChoice.NONE, "", PromptShape.TEXT, "");

  /**
   * Chooses: what flags ask for, else what the adapter was trained with, or the one that was merged
   * into the model; else for adapters that do not say, and for conversations, what belongs to the
   * model.
   *
   * @param hasAdapter whether there is an adapter; PEFT's has no {@code origin}
   */
  public static PromptNotes choose(
      FormChoice asked,
      boolean hasAdapter,
      Optional<AdapterOrigin> origin,
      Path model,
      ModelFamily family,
      PromptShape shape) {
    Optional<JsonNode> trained =
        hasAdapter ? origin.flatMap(AdapterOrigin::promptForm) : merged(model);
    if (asked.isAsked()) {
      PromptNotes own = asked(asked, model, family, shape);
      boolean other = trained.isPresent() && !own.isNamedAs(trained.get());
      return own.saying(
          other
              ? "Prompts are written as %s, but the %s was trained with %s; answers may be worse"
                  .formatted(
                      own.form,
                      hasAdapter ? "adapter" : "merged one",
                      AdapterOrigin.nameBeside(own.form, trained))
              : "");
    }
    if (trained.isPresent()) {
      return of(trained.get(), shape);
    }
    if (origin.isPresent() && !shape.isRow()) {
      return PLAIN;
    }
    return ofModel(hasAdapter && origin.isEmpty(), model, family, shape);
  }

  private static PromptNotes asked(
      FormChoice asked, Path model, ModelFamily family, PromptShape shape) {
    return asked.isPlain() ? plain(shape) : of(asked.open(model, family).note().json(), shape);
  }

  private static PromptNotes ofModel(
      boolean fromElsewhere, Path model, ModelFamily family, PromptShape shape) {
    String said = "The adapter does not say its prompt form; the model's own is used: ";
    Optional<PromptNotes> merged = merged(model).map(note -> of(note, shape));
    if (merged.isPresent()) {
      return merged.get().saying(fromElsewhere ? said + merged.get().form : "");
    }
    if (shape.isRow()) {
      FormChoice auto = new FormChoice(FormChoice.AUTO, "");
      PromptNotes own = of(auto.open(model, family).note().json(), shape);
      return own.saying(fromElsewhere ? said + own.form : "");
    }
    return fromElsewhere
        ? FormChoice.template(model)
            .map(form -> of(form.note().json(), shape).saying(said + form.name()))
            .orElse(PLAIN)
        : PLAIN;
  }

  /** What an export that merged adapters wrote beside the model. */
  private static Optional<JsonNode> merged(Path model) {
    return AdapterOrigin.formOfMerged(Store.local(), model.toString());
  }

  private static PromptNotes of(JsonNode note, PromptShape shape) {
    String form = note.path("form").asText();
    if (form.equals(FormChoice.NONE)) {
      return plain(shape);
    }
    return new PromptNotes(form, note.toString(), shape, "");
  }

  /** Texts as they are; those of a conversation one behind the other. */
  private static PromptNotes plain(PromptShape shape) {
    return shape.isRow() ? of(PromptForms.free("{prompt}").note().json(), shape) : PLAIN;
  }

  private boolean isNamedAs(JsonNode trained) {
    return note.isEmpty()
        ? trained.path("form").asText().equals(FormChoice.NONE)
        : note.equals(trained.toString());
  }

  private PromptNotes saying(String line) {
    return new PromptNotes(form, note, shape, line);
  }

  PromptWriter writer(TokenCodec codec) {
    if (note.isEmpty()) {
      return new PromptWriter.Plain(codec);
    }
    return new PromptWriter.Formed(codec, open(), shape);
  }

  /** The form itself; there is none of plain texts. */
  public PromptForm open() {
    try {
      return PromptNote.read(JSON.readTree(note)).open();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("it was written here", e);
    }
  }
}
