package org.sparklora.answer;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.sparklora.Failure;
import org.sparklora.ModelFamily;
import org.sparklora.adapter.AdapterOrigin;
import org.sparklora.corpus.chat.Roles;
import org.sparklora.mix.AdapterMix;
import org.sparklora.mix.AdapterPlace;
import org.sparklora.model.load.ModelFolders;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.predict.PromptNotes;
import org.sparklora.predict.PromptShape;
import org.sparklora.prompt.FormChoice;
import org.sparklora.prompt.PromptForm;
import org.sparklora.prompt.PromptNote;
import org.sparklora.storage.Store;

/** The prompt form of each mix: what its adapters were trained with, else what is the model's. */
final class FormOfMix {
  private static final PromptShape ROWS = new PromptShape(true, Roles.USUAL);

  private final Map<String, Found> ofAdapters = new LinkedHashMap<>();
  private final Found ofBase;

  /**
   * A form and what there is to say about it.
   *
   * @param said one line for the user, or empty
   */
  record Told(PromptForm form, String said) {}

  /** A form, or why there is none: others may be asked for. */
  private record Found(Told told, Failure failure) {
    static Found of(Supplier<Told> choice) {
      try {
        return new Found(choice.get(), null);
      } catch (Failure failure) {
        return new Found(null, failure);
      }
    }

    Told orFail() {
      if (failure != null) {
        throw failure;
      }
      return told;
    }
  }

  private FormOfMix(Found ofBase) {
    this.ofBase = ofBase;
  }

  static FormOfMix read(Store store, AnswerSetup setup) {
    String base = setup.base().checkpoint();
    Path model = ModelFolders.local(store, base);
    ModelFamily family = DecoderSpec.read(store, base).family();
    FormOfMix forms =
        new FormOfMix(
            Found.of(() -> told(setup.prompts(), false, Optional.empty(), model, family)));
    for (AdapterPlace adapter : setup.adapters()) {
      Optional<AdapterOrigin> origin = AdapterOrigin.read(store, adapter.folder());
      forms.ofAdapters.put(
          adapter.name(), Found.of(() -> told(setup.prompts(), true, origin, model, family)));
    }
    return forms;
  }

  /**
   * The one of all its adapters; where they differ, that of the one with most weight.
   *
   * @throws Failure where there is none
   */
  Told of(AdapterMix mix) {
    List<AdapterMix.Share> shares = mix.shares().stream().filter(s -> s.weight() != 0).toList();
    if (shares.isEmpty()) {
      return ofBase.orFail();
    }
    Set<PromptNote> forms =
        shares.stream()
            .map(share -> ofAdapters.get(share.name()).orFail().form().note())
            .collect(Collectors.toSet());
    String strongest =
        Collections.max(shares, Comparator.comparing(share -> Math.abs(share.weight()))).name();
    Told told = ofAdapters.get(strongest).orFail();
    return forms.size() == 1
        ? told
        : new Told(
            told.form(),
            "The adapters of the mix were trained with different prompt forms; that of %s is used: %s"
                .formatted(strongest, told.form().name()));
  }

  private static Told told(
      FormChoice asked,
      boolean hasAdapter,
      Optional<AdapterOrigin> origin,
      Path model,
      ModelFamily family) {
    boolean wasPlain = origin.isPresent() && origin.get().promptForm().isEmpty();
    FormChoice choice = wasPlain && !asked.isAsked() ? new FormChoice(FormChoice.NONE, "") : asked;
    PromptNotes notes = PromptNotes.choose(choice, hasAdapter, origin, model, family, ROWS);
    return new Told(notes.open(), notes.said());
  }
}
