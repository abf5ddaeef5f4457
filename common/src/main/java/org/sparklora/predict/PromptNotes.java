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
import org.sparklora.prompt.PromptForms;
import org.sparklora.prompt.PromptNote;
import org.sparklora.text.TokenCodec;

/**
 * The form of all prompts, and where it comes from.
 *
 * @param form its name
 * @param note as it travels; empty for plain texts
 * @param areConversations whether a prompt is a row's JSON, not a text
 * @param said one line for the user; empty where there is nothing to say
 */
public record PromptNotes(String form, String note, boolean areConversations, String said)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Texts as they are. */
  public static final PromptNotes PLAIN = new PromptNotes(FormChoice.NONE, "", false, "");

  /**
   * Chooses: what flags ask for, else what the adapter was trained with, else for adapters that do
   * not say, and for conversations, what belongs to the model.
   *
   * @param hasAdapter whether there is an adapter; PEFT's has no {@code origin}
   */
  public static PromptNotes choose(
      FormChoice asked,
      boolean hasAdapter,
      Optional<AdapterOrigin> origin,
      Path model,
      ModelFamily family,
      boolean areConversations) {
    Optional<JsonNode> trained = origin.flatMap(AdapterOrigin::promptForm);
    if (asked.isAsked()) {
      PromptNotes own = asked(asked, model, family, areConversations);
      boolean other = trained.isPresent() && !own.isNamedAs(trained.get());
      return own.saying(
          other
              ? "Prompts are written as %s, but the adapter was trained with %s; answers may be worse"
                  .formatted(own.form, trained.get().path("form").asText())
              : "");
    }
    if (trained.isPresent()) {
      return of(trained.get(), areConversations);
    }
    if (origin.isPresent() && !areConversations) {
      return PLAIN;
    }
    return ofModel(hasAdapter && origin.isEmpty(), model, family, areConversations);
  }

  private static PromptNotes asked(
      FormChoice asked, Path model, ModelFamily family, boolean areConversations) {
    return asked.isPlain()
        ? plain(areConversations)
        : of(asked.open(model, family, false).note().json(), areConversations);
  }

  private static PromptNotes ofModel(
      boolean fromElsewhere, Path model, ModelFamily family, boolean areConversations) {
    String said = "The adapter does not say its prompt form; the model's own is used: ";
    if (areConversations) {
      FormChoice auto = new FormChoice(FormChoice.AUTO, "");
      PromptNotes own = of(auto.open(model, family, false).note().json(), true);
      return own.saying(fromElsewhere ? said + own.form : "");
    }
    return fromElsewhere
        ? FormChoice.template(model, false)
            .map(form -> of(form.note().json(), false).saying(said + form.name()))
            .orElse(PLAIN)
        : PLAIN;
  }

  private static PromptNotes of(JsonNode note, boolean areConversations) {
    String form = note.path("form").asText();
    if (form.equals(FormChoice.NONE)) {
      return plain(areConversations);
    }
    return new PromptNotes(form, note.toString(), areConversations, "");
  }

  /** Texts as they are; those of a conversation one behind the other. */
  private static PromptNotes plain(boolean areConversations) {
    return areConversations ? of(PromptForms.free("{prompt}").note().json(), true) : PLAIN;
  }

  private boolean isNamedAs(JsonNode trained) {
    return note.isEmpty()
        ? trained.path("form").asText().equals(FormChoice.NONE)
        : note.equals(trained.toString());
  }

  private PromptNotes saying(String line) {
    return new PromptNotes(form, note, areConversations, line);
  }

  PromptWriter writer(TokenCodec codec) {
    if (note.isEmpty()) {
      return new PromptWriter.Plain(codec);
    }
    try {
      return new PromptWriter.Formed(
          codec, PromptNote.read(JSON.readTree(note)).open(), areConversations);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("it was written here", e);
    }
  }
}
