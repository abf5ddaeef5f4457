package org.sparklora.device;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A GPU as its driver tells of it.
 *
 * @param number among the machine's GPUs, in the order of their buses
 * @param uuid its name for good
 * @param total bytes of its memory; nothing where it is divided (MIG), or the driver does not say
 * @param free bytes of it that nobody uses
 * @param capability the generation of its instructions, such as 9.0
 * @param driver the driver's version
 * @param model as it is sold
 */
public record GpuState(
    int number,
    String uuid,
    OptionalLong total,
    OptionalLong free,
    String capability,
    String driver,
    String model) {

  /** What the driver's program is asked for, in the order of {@link #of}. */
  static final String FIELDS =
      "index,uuid,mig.mode.current,memory.total,memory.free,compute_cap,driver_version,name";

  private static final int FIELD_COUNT = 8;
  private static final long MIB = 1L << 20;
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  /** A line of the program's answer; nothing if it says something else. */
  static Optional<GpuState> of(String line) {
    String[] parts = line.strip().split("\\s*,\\s*", FIELD_COUNT);
    if (parts.length < FIELD_COUNT || !NUMBER.matcher(parts[0]).matches()) {
      return Optional.empty();
    }
    boolean whole = !parts[2].equals("Enabled");
    return Optional.of(
        new GpuState(
            Integer.parseInt(parts[0]),
            parts[1],
            whole ? bytes(parts[3]) : OptionalLong.empty(),
            whole ? bytes(parts[4]) : OptionalLong.empty(),
            parts[5],
            parts[6],
            parts[7]));
  }

  /** Bytes in use, by all processes. */
  public OptionalLong used() {
    return total.isPresent() && free.isPresent()
        ? OptionalLong.of(total.getAsLong() - free.getAsLong())
        : OptionalLong.empty();
  }

  private static OptionalLong bytes(String mebibytes) {
    return NUMBER.matcher(mebibytes).matches()
        ? OptionalLong.of(Long.parseLong(mebibytes) * MIB)
        : OptionalLong.empty();
  }
}
