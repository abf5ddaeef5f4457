package org.sparklora.jobs;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How fast what a process holds grows: least squares over its samples, per minute.
 *
 * @param samples how many the lines are fitted to
 * @param minutes from the first to the last
 * @param anonymous MiB per minute
 * @param heap MiB per minute
 */
record Slopes(
    int samples, double minutes, double anonymous, double heap, double threads, double sockets) {
  static Slopes of(List<ProcessSample> samples) {
    return new Slopes(
        samples.size(),
        samples.isEmpty()
            ? 0
            : (samples.get(samples.size() - 1).seconds() - samples.get(0).seconds()) / 60,
        perMinute(samples, ProcessSample::anonymous),
        perMinute(samples, ProcessSample::heap),
        perMinute(samples, ProcessSample::threads),
        perMinute(samples, ProcessSample::sockets));
  }

  /** Without the first part, in which a JVM warms up. */
  static Slopes ofSecondHalf(List<ProcessSample> samples) {
    return of(samples.subList(samples.size() / 2, samples.size()));
  }

  private static double perMinute(
      List<ProcessSample> samples, ToDoubleFunction<ProcessSample> value) {
    double meanX = samples.stream().mapToDouble(s -> s.seconds() / 60).average().orElse(0);
    double meanY = samples.stream().mapToDouble(value).average().orElse(0);
    double covariance = 0;
    double variance = 0;
    for (ProcessSample sample : samples) {
      double x = sample.seconds() / 60 - meanX;
      covariance += x * (value.applyAsDouble(sample) - meanY);
      variance += x * x;
    }
    return variance == 0 ? 0 : covariance / variance;
  }

  @Override
  public String toString() {
    return "anonymous %+.2f MiB, heap %+.2f MiB, threads %+.2f, sockets %+.2f (%d samples in %.1f min)"
        .formatted(anonymous, heap, threads, sockets, samples, minutes);
  }
}
