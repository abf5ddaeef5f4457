package org.sparklora.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TestLoopbackAllReduce {
  @Test
  void sumsGathersAndBroadcastsOverAndOver() {
    List<AllReduce> group = LoopbackAllReduce.group(3);
    Ranks.run(
        3,
        rank -> {
          for (int round = 0; round < 50; round++) {
            float[] values = {rank, 10 * rank + round};
            Floats.sum(group.get(rank), values);
            assertArrayEquals(new float[] {3, 30 + 3 * round}, values);
            assertEquals(2, group.get(rank).gather(new byte[] {(byte) rank}).get(2)[0]);
            float[] sent = {rank + 7};
            Floats.broadcast(group.get(rank), sent);
            assertArrayEquals(new float[] {7}, sent);
          }
          return null;
        });
  }

  @Test
  void aRankThatLeavesFailsTheOthers() {
    List<AllReduce> group = LoopbackAllReduce.group(2);
    group.get(1).atStep(4);
    group.get(1).close();
    PeerLost lost = assertThrows(PeerLost.class, () -> group.get(0).gather(new byte[0]));
    assertEquals("Cannot go on, a rank is lost: rank 1 left at step 4", lost.getMessage());
  }

  @Test
  void waitsAreBounded() {
    List<AllReduce> group = LoopbackAllReduce.group(2, 50);
    PeerLost lost = assertThrows(PeerLost.class, () -> group.get(0).gather(new byte[0]));
    assertTrue(lost.getMessage().contains("rank 0 waited 50 ms"), lost.getMessage());
  }
}
