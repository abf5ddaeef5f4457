package org.sparklora.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Largest differences from the reference numbers, per family and check: asserted, and written to
 * {@code target/parity.txt} to be quoted.
 */
public final class ParityTable {
  private static final Path FILE = Path.of("target", "parity.txt");
  private static final Map<String, String> ROWS = new TreeMap<>();

  private ParityTable() {}

  /** Asserts that the difference is within the tolerance and notes both. */
  public static void check(String family, String check, double difference, double tolerance) {
    write(family, check, difference, tolerance);
    assertTrue(
        difference <= tolerance,
        () -> family + ", " + check + ": " + difference + " is more than " + tolerance);
  }

  /** The largest absolute difference. */
  public static double largest(float[] actual, float[] expected) {
    assertTrue(actual.length == expected.length, "lengths differ");
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs((double) actual[i] - expected[i]);
      largest = Double.isNaN(difference) ? Double.NaN : Math.max(largest, difference);
    }
    return largest;
  }

  /** Rows of a matrix one after the other. */
  public static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }

  private static synchronized void write(
      String family, String check, double difference, double tolerance) {
    ROWS.put(
        family + "|" + check,
        String.format("%-10s %-44s %10.2e %10.2e", family, check, difference, tolerance));
    try {
      Files.createDirectories(FILE.getParent());
      String head = String.format("%-10s %-44s %10s %10s", "family", "check", "largest", "limit");
      Files.writeString(FILE, head + "\n" + String.join("\n", ROWS.values()) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
