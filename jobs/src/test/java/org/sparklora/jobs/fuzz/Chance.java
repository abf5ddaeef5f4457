package org.sparklora.jobs.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Choices that are the same for the same seed. */
final class Chance {
  private static final List<String> NAME_PARTS =
      List.of(
          "a",
          "corpus",
          "b c",
          "\u6570\u5b66",
          "e\u0301",
          "x%20y",
          "%",
          "#1",
          "v[2]",
          "]",
          "[",
          "{k}",
          "a+b&c",
          "k=v",
          "q?",
          "*",
          "s;t",
          "o'n",
          "d\"q",
          "b\\c",
          "~",
          "$HOME",
          "a:b",
          "c: d",
          "_u",
          ".hid",
          "-dash",
          "--flag",
          "...",
          "=",
          "\u3000",
          "\ud83d\ude00",
          "%41",
          "file:",
          "s3a:",
          "\ttab",
          "\u0007",
          "\u202e");

  private final Random random;

  Chance(long seed) {
    this.random = new Random(seed);
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  /** 0 to {@code limit} - 1. */
  int below(int limit) {
    return random.nextInt(limit);
  }

  long number() {
    return random.nextLong();
  }

  @SafeVarargs
  final <T> T of(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  <T> T of(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** A file's name, most often a plain one; {@code begin} keeps names of a folder apart. */
  String name(String begin) {
    StringBuilder name = new StringBuilder(oneIn(8) ? "" : begin);
    int parts = oneIn(2) ? 0 : 1 + below(3);
    for (int i = 0; i < parts; i++) {
      name.append(of(NAME_PARTS));
    }
    if (oneIn(200)) {
      name.append("n".repeat(260));
    }
    String made = name.toString();
    return made.matches("\\.*") ? begin : made;
  }

  /** Flips, overwrites, cuts, repeats or plants extreme numbers, a few times. */
  byte[] damaged(byte... whole) {
    byte[] bytes = whole.clone();
    int times = 1 + below(4);
    for (int i = 0; i < times && bytes.length > 0; i++) {
      int at = below(bytes.length);
      int end = Math.min(bytes.length, at + 1 + below(64));
      switch (below(7)) {
        case 0 -> bytes[at] ^= (byte) (1 << below(8));
        case 1 -> bytes[at] = (byte) below(256);
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> bytes = without(bytes, at, end);
        case 4 -> Arrays.fill(bytes, at, end, (byte) 0xff);
        case 5 -> Arrays.fill(bytes, at, end, (byte) 0);
        default -> bytes = twice(bytes, at, end);
      }
    }
    return bytes;
  }

  private static byte[] without(byte[] bytes, int from, int to) {
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - (to - from));
    System.arraycopy(bytes, to, shorter, from, bytes.length - to);
    return shorter;
  }

  private static byte[] twice(byte[] bytes, int from, int to) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + to - from);
    System.arraycopy(bytes, from, longer, to, bytes.length - from);
    return longer;
  }

  <T> List<T> some(List<T> all) {
    List<T> chosen = new ArrayList<>();
    all.forEach(
        one -> {
          if (oneIn(2)) {
            chosen.add(one);
          }
        });
    return chosen;
  }
}
