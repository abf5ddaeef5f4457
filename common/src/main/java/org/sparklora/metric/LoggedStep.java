package org.sparklora.metric;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The figures of one logged step.
 *
 * @param time in seconds since 1970
 * @param figures by tag
 */
public record LoggedStep(long step, double time, Map<String, Double> figures) {
  public LoggedStep {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  /** NaN where there is none. */
  public double figure(String tag) {
    return figures.getOrDefault(tag, Double.NaN);
  }
}
