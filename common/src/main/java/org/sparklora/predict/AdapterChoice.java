package org.sparklora.predict;

import java.io.Serializable;
import java.util.List;
import java.util.function.UnaryOperator;
import org.sparklora.Failure;
import org.sparklora.config.Settings;
import org.sparklora.mix.AdapterMix;
import org.sparklora.mix.AdapterPlace;

/**
 * Which adapters answer.
 *
 * @param mix how much of each, for all rows
 * @param column of the input that says each row's own mix or adapter; empty for none
 */
public record AdapterChoice(List<AdapterPlace> places, AdapterMix mix, String column)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The base alone. */
  public static final AdapterChoice NONE = new AdapterChoice(List.of(), AdapterMix.NONE, "");

  public AdapterChoice {
    places = List.copyOf(places);
  }

  /** One adapter for all rows, by its weight where it has one. */
  public static AdapterChoice only(AdapterPlace place) {
    List<AdapterPlace> places = List.of(place);
    return new AdapterChoice(places, AdapterMix.chosen("", places), "");
  }

  /** The adapter in a folder; the base alone where that is empty. */
  static AdapterChoice of(String folder) {
    return folder.isEmpty() ? NONE : of(List.of(folder), "", "");
  }

  /** What {@code --adapter}, {@code --mix} and {@code --adapter_column} say. */
  static AdapterChoice of(Settings flags) {
    return of(flags.texts("adapter"), flags.text("mix"), flags.text("adapter_column"));
  }

  /** The same, word by word. */
  static AdapterChoice of(List<String> adapters, String mix, String column) {
    List<AdapterPlace> places = AdapterPlace.parseAll(adapters);
    if (column.isBlank()) {
      return new AdapterChoice(places, AdapterMix.chosen(mix, places), "");
    }
    if (places.isEmpty() || !mix.isBlank()) {
      throw Failure.usage(
          "Cannot predict, --adapter_column chooses among adapters: %s with %s (expected one --adapter NAME=DIR or more, and no --mix). Correct the flags."
              .formatted(column, places.isEmpty() ? "no adapter" : "--mix " + mix));
    }
    return new AdapterChoice(places, AdapterMix.NONE, column);
  }

  /** Whether rows of one batch may have different adapters. */
  public boolean isPerRow() {
    return !column.isEmpty();
  }

  /** The same adapters in other folders. */
  AdapterChoice at(UnaryOperator<String> path) {
    return new AdapterChoice(
        places.stream().map(place -> place.at(path.apply(place.folder()))).toList(), mix, column);
  }

  /** The mix that a row asks for; nothing asks for the base. */
  AdapterMix ofRow(String text) {
    return text.isBlank()
        ? AdapterMix.NONE
        : AdapterMix.parse(text, places.stream().map(AdapterPlace::name).toList());
  }

  /** Why a row asks for no mix of these adapters, in a word; empty where it does. */
  public String fault(String text) {
    try {
      ofRow(text);
      return "";
    } catch (Failure failure) {
      return "the value of %s names none of the adapters".formatted(column);
    }
  }
}
