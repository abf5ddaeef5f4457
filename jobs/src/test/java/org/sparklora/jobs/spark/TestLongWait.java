package org.sparklora.jobs.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TestLongWait {
  private final BlockingQueue<String> news = new LinkedBlockingQueue<>();

  @Test
  void aWaitThatLastsSaysForWhat() throws Exception {
    try (LongWait wait = LongWait.begin("for Godot", news::add, Duration.ofMillis(20))) {
      for (int line = 0; line < 2; line++) {
        assertEquals("Waiting for Godot, 0 s so far", news.poll(10, TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void aShortOneSaysNothing() throws Exception {
    LongWait.begin("for Godot", news::add, Duration.ofMillis(200)).close();
    TimeUnit.MILLISECONDS.sleep(300);
    assertEquals(List.of(), List.copyOf(news));
  }
}
