package org.sparklora.tensor;

import static java.util.Map.entry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What libtorch's profiler saw of a training step, counted as a GPU would have it. */
public final class StepProfile {
  /** What a layer calls, as {@code dev/gpu_passes.py} has it, too. */
  public static final Map<String, Integer> LAYER =
      Map.ofEntries(
          entry("add_", 4),
          entry("add_low_rank_", 2),
          entry("add_matmul_", 3),
          entry("attend", 1),
          entry("attend_backward_", 1),
          entry("dropped_backward_", 2),
          entry("empty_like", 3),
          entry("flat", 1),
          entry("heads", 10),
          entry("linear", 7),
          entry("linear_dropped", 2),
          entry("low_rank_backward_", 2),
          entry("matmul", 4),
          entry("rms_norm", 2),
          entry("rms_norm_backward_", 2),
          entry("rotate_halves_", 4),
          entry("silu_gate", 1),
          entry("silu_gate_backward_", 1));

  private final List<ProfiledEvent> calls;

  private StepProfile(List<ProfiledEvent> calls) {
    this.calls = calls;
  }

  /** A file that {@code JniUtils.stopProfile} has written. */
  public static StepProfile in(Path file) throws IOException {
    return new StepProfile(ProfiledEvent.in(file));
  }

  /**
   * The difference of two steps.
   *
   * @param kernels how often Java called each
   * @param bytes that operators beside products and attention read and write
   * @param wide kernels in which numbers of two bytes become wider ones, of which bytes know
   *     nothing
   */
  public record Difference(
      Map<String, Integer> kernels, int launches, double bytes, Set<String> wide) {}

  /** How often the host waits. */
  public long waits() {
    return calls.stream().filter(ProfiledEvent::waits).count();
  }

  /** All that Java called. */
  public Set<String> kernels() {
    return calls.stream().map(ProfiledEvent::name).collect(Collectors.toCollection(TreeSet::new));
  }

  /** What this step has more than one of a model with fewer layers. */
  public Difference beside(StepProfile fewer) {
    Map<String, Integer> kernels = new TreeMap<>();
    Map<String, Integer> launches = new HashMap<>();
    Map<String, ProfiledEvent> examples = new HashMap<>();
    count(1, kernels, launches, examples);
    fewer.count(-1, kernels, launches, examples);
    kernels.values().removeIf(n -> n == 0);
    launches.values().removeIf(n -> n == 0);
    double bytes = 0;
    for (Map.Entry<String, Integer> launch : launches.entrySet()) {
      bytes += launch.getValue() * examples.get(launch.getKey()).moved();
    }
    int all = launches.values().stream().mapToInt(Integer::intValue).sum();
    Set<String> wide = new TreeSet<>(kernels.keySet());
    wide.retainAll(wide());
    return new Difference(kernels, all, bytes, wide);
  }

  private Set<String> wide() {
    return calls.stream()
        .filter(ProfiledEvent::isWide)
        .map(ProfiledEvent::name)
        .collect(Collectors.toSet());
  }

  private void count(
      int sign,
      Map<String, Integer> kernels,
      Map<String, Integer> launches,
      Map<String, ProfiledEvent> examples) {
    for (ProfiledEvent call : calls) {
      kernels.merge(call.name(), sign, Integer::sum);
      for (ProfiledEvent launch : call.launches()) {
        launches.merge(launch.what(), sign, Integer::sum);
        examples.put(launch.what(), launch);
      }
    }
  }
}
