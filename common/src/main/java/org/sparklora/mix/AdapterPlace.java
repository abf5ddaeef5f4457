package org.sparklora.mix;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.Failure;

/**
 * An adapter as {@code --adapter} says it: {@code NAME=DIR}, {@code NAME=DIR:WEIGHT}, or {@code
 * DIR} alone, whose last part is the name.
 *
 * @param weight null where none is given
 */
public record AdapterPlace(String name, String folder, Double weight) implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Pattern NAMED = Pattern.compile("(" + AdapterMix.NAME + ")=(.*)");
  private static final Pattern WEIGHED = Pattern.compile("(.+):([^:/]*)");
  private static final Pattern LOOKS_LIKE_A_WEIGHT =
      Pattern.compile("[+-]?(\\d|\\.\\d|nan$|inf).*", Pattern.CASE_INSENSITIVE);
  private static final Pattern HOST_ALONE = Pattern.compile("[A-Za-z0-9+.-]+://[^/]*");

  /** Reads one value of {@code --adapter}. */
  public static AdapterPlace parse(String text) {
    Matcher named = NAMED.matcher(text);
    String rest = named.matches() ? named.group(2) : text;
    Matcher weighed = WEIGHED.matcher(rest);
    boolean hasWeight =
        weighed.matches()
            && LOOKS_LIKE_A_WEIGHT.matcher(weighed.group(2)).matches()
            && !HOST_ALONE.matcher(weighed.group(1)).matches();
    String folder = hasWeight ? weighed.group(1) : rest;
    if (folder.isBlank()) {
      throw Failure.usage(
          "Cannot take the adapter, it says no folder: '%s' (expected NAME=DIR or NAME=DIR:WEIGHT). Correct --adapter."
              .formatted(text));
    }
    String name = named.matches() ? named.group(1) : lastPart(folder);
    return new AdapterPlace(
        name, folder, hasWeight ? AdapterMix.weight(name, weighed.group(2), text) : null);
  }

  /** Reads all values of {@code --adapter}; each name is one adapter's. */
  public static List<AdapterPlace> parseAll(List<String> texts) {
    List<AdapterPlace> places = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String text : texts) {
      AdapterPlace place = parse(text);
      if (!names.add(place.name)) {
        throw Failure.usage(
            "Cannot take the adapter, another one has its name: %s in '%s' (expected each name once). Give it as OTHER_NAME=%s."
                .formatted(place.name, text, place.folder));
      }
      places.add(place);
    }
    return places;
  }

  /** The same adapter where {@code other} says that it lies. */
  public AdapterPlace at(String other) {
    return new AdapterPlace(name, other, weight);
  }

  /** Whether it says how much of the adapter answers. */
  public boolean isWeighed() {
    return weight != null;
  }

  private static String lastPart(String folder) {
    String trimmed = folder.replaceFirst("/+$", "");
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }
}
