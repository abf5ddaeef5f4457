package org.sparklora.track;

import java.util.Map;
import java.util.TreeMap;

/**
 * Something that happened to a run.
 *
 * @param time in seconds since 1970
 * @param step of the newest checkpoint, or where a generation begins; −1 for none
 * @param words by name: what is known beside
 */
public record RunEvent(double time, Kind kind, long step, Map<String, String> words) {
  /** What happened. */
  public enum Kind {
    /** A driver began, or began again. */
    STARTED,
    /** Ranks began with a generation. */
    GENERATION,
    /** A generation failed. */
    FAILED,
    /** All steps are trained. */
    TRAINED,
    /** The driver ended before that. */
    ENDED
  }

  public RunEvent {
    words = new TreeMap<>(words);
  }

  /** One of the words, empty where it is not known. */
  public String word(String name) {
    return words.getOrDefault(name, "");
  }
}
