package org.sparklora.near;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sparklora.near.LeftOut.Repeat;

class TestLeftOut {
  @Test
  void knowsTheRowsOfEachPartAndHowTheyRepeat() {
    LeftOut rows =
        LeftOut.of(
            List.of(new RowPlace(1, 9), new RowPlace(1, 2), new RowPlace(0, 1L << 40)),
            List.of(new RowPlace(1, 5)));
    assertEquals(Optional.of(Repeat.EQUAL), rows.repeat(new RowPlace(1, 2)));
    assertEquals(Optional.of(Repeat.EQUAL), rows.repeat(new RowPlace(1, 9)));
    assertEquals(Optional.of(Repeat.EQUAL), rows.repeat(new RowPlace(0, 1L << 40)));
    assertEquals(Optional.of(Repeat.NEAR), rows.repeat(new RowPlace(1, 5)));
    assertEquals(Optional.empty(), rows.repeat(new RowPlace(0, 5)));
    assertEquals(Optional.empty(), rows.repeat(new RowPlace(2, 2)));
    assertEquals(3, rows.count(Repeat.EQUAL));
    assertEquals(1, rows.count(Repeat.NEAR));
    assertEquals(0, LeftOut.of(List.of(), List.of()).count(Repeat.NEAR));
  }

  @Test
  void keysAreEqualWhereTextsAreOneByOne() {
    TextKey key = TextKey.of(List.of("a b", "c"));
    assertEquals(key, TextKey.of(List.of(" a\u3000b ", "ｃ")));
    assertNotEquals(key, TextKey.of(List.of("a", "b c")));
    assertNotEquals(key, TextKey.of(List.of("A b", "c")));
    assertNotEquals(key, TextKey.of(List.of("a b", "c", "")));
  }
}
