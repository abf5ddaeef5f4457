package org.sparklora.blend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sparklora.Failure;

class TestPortion {
  @Test
  void sharesHaveAPointCountsHaveNone() {
    List<Portion> shares = read("a.jsonl=0.7", "b=.3");
    assertEquals("a.jsonl", shares.get(0).path());
    assertEquals(Optional.of(new BigDecimal("0.7")), shares.get(0).share());
    assertEquals(Optional.of(new BigDecimal(".3")), shares.get(1).share());
    assertEquals(Optional.of(1000L), read("a.jsonl=1000").get(0).count());
    assertEquals(Optional.of(BigDecimal.valueOf(10, 1)), read("a.jsonl=1.0").get(0).share());
    assertEquals(Optional.of(new BigDecimal("7e-1")), read("a=7e-1", "b=3e-1").get(0).share());
  }

  @Test
  void aNameMayHoldAnEqualsSign() {
    assertEquals("run=3/a.jsonl", read("run=3/a.jsonl=5").get(0).path());
    assertEquals("a=b.jsonl", read("a=b.jsonl").get(0).path());
    assertFalse(read("a=b.jsonl").get(0).isPart());
    assertEquals("part=7", Portion.of(List.of("part=7"), Set.of("part=7")::contains).get(0).path());
    List<Portion> both = Portion.of(List.of("part=7=9"), Set.of("part=7")::contains);
    assertEquals("part=7", both.get(0).path());
    assertEquals(Optional.of(9L), both.get(0).count());
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    assertEquals(
        "Cannot mix corpora, some say a share, others a count or nothing: a=0.5, b=5 (expected all shares such as =0.7, all counts such as =1000, or none). Write the same kind behind each in --input_file.",
        refusal("a=0.5", "b=5"));
    assertEquals(
        "Cannot mix corpora, some say a share, others a count or nothing: a=0.5, b (expected all shares such as =0.7, all counts such as =1000, or none). Write the same kind behind each in --input_file.",
        refusal("a=0.5", "b"));
    assertEquals(
        "Cannot mix corpora, its shares do not add up: 0.9 (expected 1). Change the shares in --input_file.",
        refusal("a=0.5", "b=0.4"));
    for (String share : List.of("a=1.5", "a=-0.5", "a=0.0")) {
      assertEquals(
          "Cannot mix corpora, a share is out of range: %s (expected above 0 and at most 1). Change what stands behind = in --input_file."
              .formatted(share),
          refusal(share));
    }
    for (String count : List.of("a=0", "a=-3", "a=99999999999999999999")) {
      assertEquals(
          "Cannot mix corpora, a count is out of range: %s (expected at least 1; a share has a point, such as 0.7). Change what stands behind = in --input_file."
              .formatted(count),
          refusal(count));
    }
  }

  @Test
  void countsAreRoundedByTheLargestRemainderAndRepeatNoRow() {
    List<Portion> thirds = read("a=0.333", "b=0.333", "c=0.334");
    // 101 rows: 33.633, 33.633 and 33.734; the largest remainder gets one, the first of equals the
    // other.
    assertEquals(List.of(34L, 33L, 34L), BlendCounts.of(thirds, List.of(1000L, 1000L, 34L)));
    assertEquals(List.of(70L, 30L), BlendCounts.of(read("a=0.7", "b=0.3"), List.of(70L, 1000L)));
    // 11 rows: 7.7 and 3.3.
    assertEquals(List.of(8L, 3L), BlendCounts.of(read("a=0.7", "b=0.3"), List.of(8L, 1000L)));
    // 5 rows of equal remainders: the first gets it.
    assertEquals(
        List.of(1L, 2L, 2L), BlendCounts.of(read("a=0.2", "b=0.4", "c=0.4"), List.of(1L, 9L, 9L)));
    assertEquals(List.of(1L, 1L), BlendCounts.of(read("a=0.5", "b=0.5"), List.of(1L, 9L)));
    assertEquals(List.of(5L, 6L), BlendCounts.of(read("a=5", "b=6"), List.of(5L, 100L)));
  }

  @Test
  void tooFewRowsAreRefused() {
    assertEquals(
        "Cannot mix corpora, one has too few rows: 4 in a (expected at least 5). Ask for fewer rows.",
        assertThrows(Failure.class, () -> BlendCounts.of(read("a=5", "b=6"), List.of(4L, 9L)))
            .getMessage());
    assertEquals(
        "Cannot mix corpora, one has too few rows: 0 in b (expected at least 1). Ask for fewer rows.",
        assertThrows(Failure.class, () -> BlendCounts.of(read("a=0.5", "b=0.5"), List.of(4L, 0L)))
            .getMessage());
  }

  @Test
  void aShareThatComesToNoRowIsRefused() {
    assertEquals(
        "Cannot mix corpora, a share comes to no row: 0.001 of 10 rows (expected at least one row). Raise the share in --input_file, or bring more rows.",
        assertThrows(
                Failure.class, () -> BlendCounts.of(read("a=0.999", "b=0.001"), List.of(10L, 10L)))
            .getMessage());
  }

  private static List<Portion> read(String... asked) {
    return Portion.of(List.of(asked), name -> false);
  }

  private static String refusal(String... asked) {
    return assertThrows(Failure.class, () -> read(asked)).getMessage();
  }
}
