package org.sparklora.checkpoint;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.storage.Store;

/** The folder {@code checkpoint-<step>} of an output folder; the step has no leading zeros. */
public record CheckpointFolder(String outputDir, long step) {
  private static final Pattern NAME = Pattern.compile("checkpoint-(0|[1-9][0-9]{0,17})");

  /** The checkpoint that an absolute path or URI names, if its last part is such a name. */
  public static Optional<CheckpointFolder> of(String path) {
    String plain = path.replaceFirst("/+$", "");
    int slash = plain.lastIndexOf('/');
    OptionalLong step = step(plain.substring(slash + 1));
    if (slash < 0 || step.isEmpty()) {
      return Optional.empty();
    }
    String parent = plain.substring(0, Math.max(1, slash));
    return Optional.of(new CheckpointFolder(parent, step.getAsLong()));
  }

  /** The step of a folder of this name. */
  static OptionalLong step(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  public String path() {
    return Store.child(outputDir, "checkpoint-" + step);
  }

  /** Whether it lies in this output folder, with or without a slash at its end. */
  public boolean isIn(String folder) {
    return path().equals(new CheckpointFolder(folder, step).path());
  }
}
