package org.sparklora.mix;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.lora.AdapterFit;
import org.sparklora.lora.ForeignAdapter;
import org.sparklora.mix.ExactMix.Part;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.storage.Store;

/** The adapters of one base in memory, by name; mixes of them are adapters, too. */
public final class AdapterShelf {
  private final Map<String, Adapter> adapters;

  private AdapterShelf(Map<String, Adapter> adapters) {
    this.adapters = adapters;
  }

  /** Reads them all; refuses one of another base or shape. */
  public static AdapterShelf open(
      Store store, List<AdapterPlace> places, BaseWeights base, ForeignAdapter other) {
    return of(places, place -> AdapterFit.read(store, place.folder(), base, other));
  }

  /** The same without their origins, which need the base's weights to be read. */
  public static AdapterShelf open(Store store, List<AdapterPlace> places, BaseWeights base) {
    return of(places, place -> AdapterFit.read(store, place.folder(), base));
  }

  /** Without a base at hand; {@link MixedOrigin} says whether they are of one. */
  public static AdapterShelf open(Store store, List<AdapterPlace> places) {
    return of(places, place -> AdapterFolder.read(store, place.folder()));
  }

  static AdapterShelf of(List<AdapterPlace> places, Reading reading) {
    Map<String, Adapter> adapters = new LinkedHashMap<>();
    places.forEach(place -> adapters.put(place.name(), reading.of(place)));
    return new AdapterShelf(adapters);
  }

  interface Reading {
    Adapter of(AdapterPlace place);
  }

  /** In the order in which they were given. */
  public List<String> names() {
    return List.copyOf(adapters.keySet());
  }

  /** The mix that a text such as {@code a=0.7,b=0.3} or a name asks for. */
  public AdapterMix mix(String text) {
    return AdapterMix.parse(text, adapters.keySet());
  }

  /** What a mix of them adds; nothing where that is the base itself. */
  public Optional<Adapter> mixed(AdapterMix mix) {
    List<Part> parts = parts(mix);
    return ExactMix.isBase(parts) ? Optional.empty() : Optional.of(ExactMix.of(parts));
  }

  /** The same, with zeros where nothing is left; the mix has to name an adapter. */
  public Adapter adapter(AdapterMix mix) {
    return ExactMix.of(parts(mix));
  }

  /** The largest rank of the adapters in a mix. */
  public int largestRank(AdapterMix mix) {
    return parts(mix).stream().mapToInt(part -> part.adapter().config().rank()).max().orElseThrow();
  }

  /** All of them for one model whose rows choose; there has to be one. */
  public RowMixes rowMixes() {
    return new RowMixes(adapters);
  }

  private List<Part> parts(AdapterMix mix) {
    List<Part> parts = new ArrayList<>();
    mix.shares().forEach(s -> parts.add(new Part(adapters.get(s.name()), s.weight())));
    return parts;
  }
}
