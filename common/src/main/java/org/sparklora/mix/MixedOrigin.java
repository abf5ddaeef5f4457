package org.sparklora.mix;

import java.util.List;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.adapter.AdapterOrigin;
import org.sparklora.lora.ForeignAdapter;
import org.sparklora.model.load.BasePrint;
import org.sparklora.storage.Store;

/** What adapters that are mixed say together about their base and their prompts. */
public final class MixedOrigin {
  private static final Log LOG = Log.of(MixedOrigin.class);

  private MixedOrigin() {}

  /**
   * The origin of a mix: the one base that those which name one agree on, the first prompt form.
   * Nothing where no adapter has an origin, as PEFT's have none.
   */
  public static Optional<AdapterOrigin> of(
      Store store, List<AdapterPlace> places, ForeignAdapter other) {
    Optional<AdapterOrigin> all = Optional.empty();
    for (AdapterPlace place : places) {
      Optional<AdapterOrigin> own = AdapterOrigin.read(store, place.folder());
      if (own.isPresent()) {
        all = Optional.of(all.map(first -> both(first, own.get(), place, other)).orElse(own.get()));
      }
    }
    return all;
  }

  private static AdapterOrigin both(
      AdapterOrigin all, AdapterOrigin own, AdapterPlace place, ForeignAdapter other) {
    boolean bothKnown =
        other == ForeignAdapter.REFUSED && !all.base().isEmpty() && !own.base().isEmpty();
    if (bothKnown && !BasePrint.sameWeights(all.base(), own.base())) {
      throw Failure.input(
          "Cannot mix the adapters, they were trained on different bases: %s in %s (expected %s as the others). Mix adapters of one base."
              .formatted(own.base(), place.folder(), all.base()));
    }
    String base = all.base().isEmpty() ? own.base() : all.base();
    if (all.promptForm().isPresent() && !all.promptForm().equals(own.promptForm())) {
      LOG.warn(
          "The adapters were trained with different prompt forms: {} has {}, others {}, which is"
              + " used",
          place.name(),
          AdapterOrigin.nameOf(own.promptForm()),
          AdapterOrigin.nameOf(all.promptForm()));
    }
    return new AdapterOrigin(base, all.promptForm().or(own::promptForm));
  }
}
