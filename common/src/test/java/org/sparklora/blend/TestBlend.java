package org.sparklora.blend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TestBlend {
  private static final int ROWS = 5000;

  private final Blend all = Blend.of(List.of(List.of("a", "b"), List.of("c")));

  @Test
  void takesExactlyAsManyRowsAsAreWantedOfEachCorpus() {
    for (List<Long> wanted :
        List.of(List.of(1L, 1L), List.of(1234L, 4999L), List.of(10_000L, 5000L))) {
      Blend chosen = chosen(wanted, 1);
      assertEquals(wanted.get(0), taken(chosen, "a") + taken(chosen, "b"));
      assertEquals(wanted.get(1), taken(chosen, "c"));
    }
  }

  @Test
  void takesTheSameRowsHoweverTheyAreDealtToParts() {
    Blend one = chosen(List.of(777L, 33L), 1);
    Blend other = chosen(List.of(777L, 33L), 7);
    for (String file : List.of("a", "b", "c")) {
      for (long row = 0; row < ROWS; row++) {
        assertEquals(takes(one, file, row), takes(other, file, row));
      }
    }
  }

  @Test
  void equalTextsAtTwoPlacesAreTwoRows() {
    assertTrue(all.key("a", 1, "q", "a").key() != all.key("a", 2, "q", "a").key());
    assertTrue(all.key("a", 1, "q", "a").key() != all.key("b", 1, "q", "a").key());
    assertTrue(all.key("a", 1, "ab", "c").key() != all.key("a", 1, "a", "bc").key());
  }

  @Test
  void withoutAChoiceEveryRowIsTakenAndForeignFilesHaveNoKey() {
    assertFalse(Blend.ALL.chooses());
    assertTrue(Blend.ALL.takes("any", 1, "q", "a"));
    assertThrows(IllegalStateException.class, () -> all.key("d", 1, "q", "a"));
  }

  private Blend chosen(List<Long> wanted, int parts) {
    List<RowKey> keys = new ArrayList<>();
    for (String file : List.of("a", "b", "c")) {
      LongStream.range(0, ROWS).forEach(row -> keys.add(all.key(file, row, "q" + row % 3, "a")));
    }
    KeyCounts counts = KeyCounts.none(2);
    for (int part = 0; part < parts; part++) {
      List<RowKey> dealt = new ArrayList<>();
      for (int i = part; i < keys.size(); i += parts) {
        dealt.add(keys.get(i));
      }
      counts = counts.plus(KeyCounts.of(2, dealt.iterator()));
    }
    assertEquals(2 * ROWS, counts.rows(0));
    Blend.Border border = Blend.border(counts, wanted);
    return Blend.taking(all, counts, wanted, border, keys.stream().filter(border::holds).toList());
  }

  private static long taken(Blend blend, String file) {
    return LongStream.range(0, ROWS).filter(row -> takes(blend, file, row)).count();
  }

  private static boolean takes(Blend blend, String file, long row) {
    return blend.takes(file, row, "q" + row % 3, "a");
  }
}
