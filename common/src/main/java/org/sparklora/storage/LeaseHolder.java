package org.sparklora.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sparklora.HostName;

/**
 * Who holds a lease: host, process, when that process started (in ticks since boot, which no clock
 * change moves), and in which process namespace: a run restarted on the same machine sees at once
 * that its killed predecessor is gone.
 */
record LeaseHolder(String host, String space, long pid, String started) {
  private static final String UNKNOWN = "unknown";

  static LeaseHolder current() {
    long pid = ProcessHandle.current().pid();
    return new LeaseHolder(HostName.current(), processSpace(), pid, startOf(pid));
  }

  /** Lines host, space, pid, start; a file cut short by its writer has unknown parts. */
  static LeaseHolder parse(String text) {
    String[] lines = text.split("\n", -1);
    boolean whole = lines.length == 5 && lines[2].matches("[0-9]{1,18}");
    return whole
        ? new LeaseHolder(lines[0], lines[1], Long.parseLong(lines[2]), lines[3])
        : new LeaseHolder(UNKNOWN, UNKNOWN, 0, UNKNOWN);
  }

  String text() {
    return String.join("\n", host, space, Long.toString(pid), started, "");
  }

  /** True only for a process of this machine and namespace that is certainly not running. */
  boolean isKnownDead() {
    boolean comparable =
        !space.equals(UNKNOWN) && !started.equals(UNKNOWN) && space.equals(processSpace());
    return comparable && !started.equals(startOf(pid));
  }

  @Override
  public String toString() {
    return pid == 0 ? "a process not named yet" : "process " + pid + " on " + host;
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
