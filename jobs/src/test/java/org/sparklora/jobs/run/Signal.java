package org.sparklora.jobs.run;

import java.io.IOException;

/** Signals that Java itself cannot send. */
public enum Signal {
  STOP,
  CONT,
  /** A node goes; Spark decommissions the executor. */
  PWR;

  public void to(ProcessHandle process) {
    try {
      new ProcessBuilder("kill", "-" + name(), "" + process.pid()).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new IllegalStateException("no signal was sent", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
