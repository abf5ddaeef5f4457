package org.sparklora.train;

import java.io.Serializable;
import java.util.Optional;

/** What a run goes on with, as the flag says it: {@code auto}, {@code never} or a checkpoint. */
public record Resume(String flag) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** From the newest checkpoint of the run in the output folder; a new run where there is none. */
  public static final Resume AUTO = new Resume("auto");

  /** A new run, in a folder without one. */
  public static final Resume NEVER = new Resume("never");

  /** The path of the checkpoint's folder, if the flag gives one. */
  public Optional<String> checkpoint() {
    return equals(AUTO) || equals(NEVER) ? Optional.empty() : Optional.of(flag);
  }
}
