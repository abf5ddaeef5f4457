package org.sparklora.text.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A huge text takes memory only until the next one comes. */
class TestBuffers {
  @Test
  void aTextAfterAHugeOneHasSmallArraysAgain() {
    Utf8Buffer text = new Utf8Buffer();
    assertTrue(text.set("a".repeat(3_000_000)));
    assertEquals(3_000_000, text.length());
    assertTrue(text.set("b"));
    assertEquals(1, text.length());
    assertTrue(text.bytes().length < 1000 && text.chars().length < 1000);
  }

  @Test
  void idsAfterManyStartWithASmallArray() {
    IdBuffer ids = new IdBuffer();
    for (int i = 0; i < 1_000_000; i++) {
      ids.add(i);
    }
    assertEquals(999_999, ids.id(999_999));
    ids.clear();
    ids.add(7);
    assertEquals(1, ids.toArray().length);
  }
}
