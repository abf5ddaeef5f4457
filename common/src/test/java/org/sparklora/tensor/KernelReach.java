package org.sparklora.tensor;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What kernels reach by calling each other, by their text. */
public final class KernelReach {
  private static final Pattern FUNCTION =
      Pattern.compile(" {2}def (\\w+)\\(self.*?(?=\n {2}def |\\z)", Pattern.DOTALL);
  private static final Pattern CALL = Pattern.compile("\\(self\\)\\.(\\w+)\\(");
  private static final Pattern TO_HOST =
      Pattern.compile("torch\\.device\\(\"cpu\"\\)|torch\\.cpu\\(");

  private final Map<String, String> bodies =
      FUNCTION
          .matcher(KernelSignature.text("kernels.py"))
          .results()
          .collect(Collectors.toMap(found -> found.group(1), MatchResult::group));

  /** Those of the kernels, and of all that they call, that name the host's memory. */
  public Set<String> onHost(Set<String> kernels) {
    Set<String> reached = new TreeSet<>();
    kernels.forEach(kernel -> reach(kernel, reached));
    reached.removeIf(kernel -> !TO_HOST.matcher(bodies.get(kernel)).find());
    return reached;
  }

  private void reach(String kernel, Set<String> reached) {
    if (reached.add(kernel)) {
      CALL.matcher(bodies.get(kernel)).results().forEach(call -> reach(call.group(1), reached));
    }
  }
}
