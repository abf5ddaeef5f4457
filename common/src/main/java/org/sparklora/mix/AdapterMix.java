package org.sparklora.mix;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sparklora.Failure;
import org.sparklora.config.NearestWord;

/**
 * Which adapters answer together, and how much of each: {@code a=0.7,b=0.3}; a name alone counts 1.
 * What it adds to the base is Σ weight · scaling · B A. Without shares it is the base.
 */
public record AdapterMix(List<Share> shares) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The base alone. */
  public static final AdapterMix NONE = new AdapterMix(List.of());

  /** What an adapter may be called. */
  static final String NAME = "[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]*";

  private static final Pattern SHARE = Pattern.compile("(" + NAME + ")(?:\\s*=\\s*(.*))?");

  public AdapterMix {
    shares = List.copyOf(shares);
  }

  /** How much of an adapter; below 0 takes away what it adds. */
  public record Share(String name, double weight) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** Reads {@code a=0.7,b=0.3}; every name has to be one of {@code known}. */
  public static AdapterMix parse(String text, Collection<String> known) {
    List<Share> shares = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher share = SHARE.matcher(part.strip());
      if (!share.matches()) {
        throw refused("a part is no NAME=WEIGHT", "'" + part.strip() + "' in '" + text + "'");
      }
      String name = share.group(1);
      requireKnown(name, known);
      shares.add(new Share(name, share.group(2) == null ? 1 : weight(name, share.group(2), text)));
    }
    return new AdapterMix(shares);
  }

  /** One adapter as it was trained. */
  public static AdapterMix of(String name) {
    return new AdapterMix(List.of(new Share(name, 1)));
  }

  /**
   * What answers first: those with a weight together; where none has one, the first; or nothing.
   */
  public static AdapterMix first(List<AdapterPlace> places) {
    List<Share> weighed =
        places.stream()
            .filter(AdapterPlace::isWeighed)
            .map(place -> new Share(place.name(), place.weight()))
            .toList();
    return weighed.isEmpty() && !places.isEmpty()
        ? of(places.get(0).name())
        : new AdapterMix(weighed);
  }

  /** What {@code --mix} says; without it what the adapters' weights say, or the only one. */
  public static AdapterMix chosen(String mix, List<AdapterPlace> places) {
    List<String> names = places.stream().map(AdapterPlace::name).toList();
    if (!mix.isBlank()) {
      return parse(mix, names);
    }
    if (places.size() > 1 && places.stream().noneMatch(AdapterPlace::isWeighed)) {
      throw Failure.usage(
          "Cannot mix the adapters, nothing says how much of each: %s (expected --mix such as a=0.7,b=0.3, or weights as NAME=DIR:WEIGHT). Give one of them."
              .formatted(String.join(", ", names)));
    }
    return first(places);
  }

  /** As {@link #parse} reads it; empty for the base. */
  public String text() {
    return shares.stream()
        .map(share -> share.name + "=" + shown(share.weight))
        .collect(Collectors.joining(","));
  }

  /** A finite number; {@code text} shows where it stands. */
  static double weight(String name, String number, String text) {
    try {
      double weight = Double.parseDouble(number);
      if (Double.isFinite(weight) && number.matches("[0-9eE.+-]+")) {
        return weight;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw refused("the weight of " + name + " is no number", "'" + number + "' in '" + text + "'");
  }

  private static void requireKnown(String name, Collection<String> known) {
    if (known.contains(name)) {
      return;
    }
    String meant = NearestWord.among(known, name).map(n -> "Did you mean " + n + "? ").orElse("");
    throw Failure.usage(
        "Cannot mix the adapters, none has this name: %s (expected %s). %sEach one is given as --adapter NAME=DIR."
            .formatted(name, known.isEmpty() ? "none" : String.join(", ", known), meant));
  }

  private static String shown(double weight) {
    return Double.toString(weight).replaceFirst("\\.0$", "");
  }

  private static Failure refused(String why, String actual) {
    return Failure.usage(
        "Cannot mix the adapters, %s: %s (expected such as a=0.7,b=0.3). Correct the mix."
            .formatted(why, actual));
  }
}
