package org.sparklora.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sparklora.HostName;

/**
 * Who holds a lease: host, process, when that process started (in ticks since boot, which no clock
 * change moves), and in which process namespace: a run restarted on the same machine sees at once
 * that its killed predecessor is gone. Which attempt of which application it is tells a manager's
 * next attempt that the one before was given up.
 */
record LeaseHolder(
    String host, String space, long pid, String started, String application, int attempt) {
  private static final String UNKNOWN = "unknown";
  private static final int LINES = 4;
  private static final int LINES_WITH_APPLICATION = 6;

  static LeaseHolder current(LeaseClaim claim) {
    long pid = ProcessHandle.current().pid();
    return new LeaseHolder(
        HostName.current(),
        processSpace(),
        pid,
        startOf(pid),
        claim.application(),
        claim.attempt());
  }

  /**
   * Lines host, space, pid, start, application, attempt; a file cut short by its writer has unknown
   * parts, one of an older version no application.
   */
  static LeaseHolder parse(String text) {
    String[] lines = text.split("\n", -1);
    int whole = lines.length - 1;
    if (whole < LINES || !lines[2].matches("[0-9]{1,18}")) {
      return new LeaseHolder(UNKNOWN, UNKNOWN, 0, UNKNOWN, "", 0);
    }
    boolean named = whole == LINES_WITH_APPLICATION && lines[5].matches("[0-9]{1,9}");
    return new LeaseHolder(
        lines[0],
        lines[1],
        Long.parseLong(lines[2]),
        lines[3],
        named ? lines[4] : "",
        named ? Integer.parseInt(lines[5]) : 0);
  }

  String text() {
    return String.join(
        "\n", host, space, Long.toString(pid), started, application, Integer.toString(attempt), "");
  }

  /** True only for a process of this machine and namespace that is certainly not running. */
  boolean isKnownDead() {
    return isComparable() && !started.equals(startOf(pid));
  }

  /** True only for a process of this machine and namespace that is certainly running. */
  boolean isKnownAlive() {
    return isComparable() && started.equals(startOf(pid));
  }

  /** Whether this is an earlier attempt of the application that asks. */
  boolean isBefore(LeaseClaim claim) {
    return !application.isEmpty()
        && application.equals(claim.application())
        && attempt < claim.attempt();
  }

  private boolean isComparable() {
    return !space.equals(UNKNOWN) && !started.equals(UNKNOWN) && space.equals(processSpace());
  }

  @Override
  public String toString() {
    if (pid == 0) {
      return "a process not named yet";
    }
    String process = "process " + pid + " on " + host;
    if (application.isEmpty()) {
      return process;
    }
    return process + ", " + application + (attempt > 0 ? " attempt " + attempt : "");
  }

  /**
   * Boot and process namespace: two containers of one machine do not see each other's processes.
   */
  private static String processSpace() {
    try {
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      return boot + " " + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException e) {
      return UNKNOWN;
    }
  }

  /**
   * Field 22 of /proc/PID/stat, counted from the command's closing bracket; a zombie is not
   * running.
   */
  private static String startOf(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
      return fields.length < 20 || fields[0].equals("Z") ? UNKNOWN : fields[19];
    } catch (IOException e) {
      return UNKNOWN;
    }
  }
}
