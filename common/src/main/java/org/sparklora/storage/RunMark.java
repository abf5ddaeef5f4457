package org.sparklora.storage;

import java.util.Collection;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs by their ids, which the names of the files that they write carry. */
public record RunMark(Set<String> runs) {
  public static final RunMark NONE = new RunMark(Set.of());

  private static final Pattern RUN = Pattern.compile("[0-9a-f]{16}");
  private static final Pattern IN_NAME = Pattern.compile("-(" + RUN + ")(?=[-.])");

  public RunMark {
    runs = Set.copyOf(runs);
  }

  /** An id that no other run has. */
  public static String newRun() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }

  public static RunMark of(String run) {
    return new RunMark(Set.of(run));
  }

  /** The runs that wrote the files with these names. */
  public static RunMark inNames(Collection<String> names) {
    Set<String> runs = new TreeSet<>();
    for (String name : names) {
      Matcher found = IN_NAME.matcher(name);
      if (found.find()) {
        runs.add(found.group(1));
      }
    }
    return new RunMark(runs);
  }

  /** What {@link #text} wrote; lines that are no ids are passed over. */
  static RunMark parse(String text) {
    return new RunMark(
        text.lines().filter(RUN.asMatchPredicate()).collect(Collectors.toUnmodifiableSet()));
  }

  String text() {
    return "A table is being made here.\n"
        + new TreeSet<>(runs).stream().map(run -> run + "\n").collect(Collectors.joining());
  }

  public RunMark and(RunMark other) {
    Set<String> both = new TreeSet<>(runs);
    both.addAll(other.runs);
    return new RunMark(both);
  }

  public RunMark without(RunMark other) {
    Set<String> left = new TreeSet<>(runs);
    left.removeAll(other.runs);
    return new RunMark(left);
  }

  /** Whether one of the runs wrote the file of this name. */
  public boolean names(String name) {
    return runs.stream().anyMatch(run -> name.contains("-" + run));
  }

  /** The name of the file that a local Hadoop's checksum file belongs to, else the name itself. */
  static String plain(String name) {
    return name.startsWith(".") && name.endsWith(".crc")
        ? name.substring(1, name.length() - ".crc".length())
        : name;
  }
}
