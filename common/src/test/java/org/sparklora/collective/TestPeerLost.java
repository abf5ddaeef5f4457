package org.sparklora.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** {@code docs/spec/exchange.md}, "Life and loss", with ranks as threads over real sockets. */
class TestPeerLost {
  private static final ExchangeConfig CONFIG = ExchangeConfig.fresh("run-1").onHost("127.0.0.1");
  private static final String LOOK = "\\. Look into that executor's log\\.";
  private static final String ONE = "rank 1 at 127\\.0\\.0\\.1:\\d+ ";

  @Test
  void aPeerWhoseConnectionClosesIsLostAtOnce() {
    WaitingRank zero = WaitingRank.start(CONFIG, 2);
    ScriptedPeer peer = ScriptedPeer.shakeHands(zero, CONFIG, new RankOf(1, 2));
    AllReduce here = zero.joined();
    here.atStep(12);
    Future<PeerLost> lost = inSum(here);
    peer.await(FrameType.SLICE);
    long start = System.nanoTime();
    peer.close();
    assertLost(
        "Cannot finish the sum in step 12, "
            + ONE
            + "is gone: its connection closed \\(expected it to stay\\)"
            + LOOK,
        Ranks.await(lost));
    assertTrue(System.nanoTime() - start < 2_000_000_000L);
  }

  @Test
  void aSilentPeerIsLostAfterTheTimeout() {
    ExchangeConfig hurried = CONFIG.within(Duration.ofMillis(500), Duration.ofMinutes(1));
    WaitingRank zero = WaitingRank.start(hurried, 2);
    try (ScriptedPeer peer = ScriptedPeer.shakeHands(zero, hurried, new RankOf(1, 2))) {
      AllReduce here = zero.joined();
      assertLost(
          "Cannot finish the sum in step 0, "
              + ONE
              + "is silent: nothing heard for \\d+ ms \\(expected within 500 ms,"
              + " --exchange_timeout\\)"
              + LOOK,
          Ranks.await(inSum(here)));
      assertThrows(IllegalStateException.class, () -> flood(peer));
    }
  }

  @Test
  void aPeerThatLivesButDoesNotArriveIsLostAfterTheSecondLimit() {
    ExchangeConfig hurried = CONFIG.within(Duration.ofMillis(400), Duration.ofSeconds(2));
    CountDownLatch over = new CountDownLatch(1);
    pair(
        hurried,
        (zero, one) -> {
          zero.atStep(5);
          long start = System.nanoTime();
          assertLost(
              "Cannot finish the sum in step 5, "
                  + ONE
                  + "is late: alive in step 4, not in this sum \\(expected within 2000 ms\\)"
                  + LOOK,
              lossOfSum(zero));
          assertTrue(System.nanoTime() - start > 2_000_000_000L);
          over.countDown();
        },
        (zero, one) -> {
          one.atStep(4);
          awaitLatch(over);
          String why = lossOfSum(one).getMessage();
          assertTrue(why.contains("gave up: rank 1 at "), why);
        });
  }

  @Test
  void aLatePeerWithinTheLimitIsWaitedFor() {
    ExchangeConfig hurried = CONFIG.within(Duration.ofMillis(300), Duration.ofSeconds(60));
    pair(
        hurried,
        (zero, one) -> {
          float[] values = new float[300_000];
          Floats.sum(zero, values);
          assertEquals(1, values[299_999]);
        },
        (zero, one) -> {
          // Longer than the silence that loses a rank; its heartbeats go on, and rank 0's slices
          // that wait unread do not count as silence.
          waitMillis(1500);
          float[] values = new float[300_000];
          Arrays.fill(values, 1);
          Floats.sum(one, values);
        });
  }

  @Test
  void aRankThatClosesFailsTheOthersAtOnce() {
    pair(
        CONFIG,
        (zero, one) ->
            assertLost(
                "Cannot finish the sum in step 0, "
                    + ONE
                    + "is gone: it left in step 8 \\(expected it to stay\\)"
                    + LOOK,
                lossOfSum(zero)),
        (zero, one) -> {
          one.atStep(8);
          one.close();
        });
  }

  @Test
  void aRankThatLeftWhileTheOtherComputedFailsItsNextCall() {
    CountDownLatch left = new CountDownLatch(1);
    pair(
        CONFIG,
        (zero, one) -> {
          awaitLatch(left);
          assertLost(
              "Cannot finish the gather in step 0, "
                  + ONE
                  + "is gone: it left in step 0 \\(expected it to stay\\)"
                  + LOOK,
              assertThrows(PeerLost.class, () -> zero.gather(new byte[1])));
        },
        (zero, one) -> {
          long start = System.nanoTime();
          one.close();
          assertTrue(System.nanoTime() - start < 2_000_000_000L, "closing waits for nobody's call");
          left.countDown();
        });
  }

  @Test
  void anInterruptedCallerFailsAtOnceAndTellsTheOthers() {
    pair(
        CONFIG,
        (zero, one) -> {
          zero.atStep(6);
          Thread.currentThread().interrupt();
          assertLost(
              "Cannot finish the sum in step 6, rank 0 at 127\\.0\\.0\\.1:\\d+ was interrupted: its"
                  + " task is being stopped"
                  + LOOK,
              lossOfSum(zero));
          assertTrue(Thread.interrupted(), "the flag is kept");
        },
        (zero, one) -> {
          String why = lossOfSum(one).getMessage();
          assertTrue(why.matches(".* gave up: rank 0 at 127.0.0.1:\\d+ was interrupted.*"), why);
        });
  }

  @Test
  void theThirdRankLearnsWhoWasLost() {
    ExchangeConfig hurried = CONFIG.within(Duration.ofMillis(600), Duration.ofSeconds(1));
    WaitingRank zero = WaitingRank.start(hurried, 2);
    try (ScriptedPeer peer = ScriptedPeer.shakeHands(zero, hurried, new RankOf(1, 2))) {
      AllReduce here = zero.joined();
      byte[] why = "rank 2 at h:1 is\nsilent".getBytes(StandardCharsets.UTF_8);
      peer.send(new FrameHeader(FrameType.ABORT, why.length, 0, 3), why);
      assertLost(
          "Cannot .* step 0, " + ONE + "gave up: rank 2 at h:1 is\\?silent" + LOOK,
          Ranks.await(inSum(here)));
    }
  }

  @Test
  void everyLaterCallFailsWithTheSameReason() {
    pair(
        CONFIG,
        (zero, one) -> {
          String first = lossOfSum(zero).getMessage();
          assertEquals(
              first, assertThrows(PeerLost.class, () -> zero.gather(new byte[0])).getMessage());
          assertEquals(first, lossOfSum(zero).getMessage());
        },
        (zero, one) -> one.close());
  }

  @Test
  void aCallAfterCloseIsRefused() {
    CountDownLatch bothClosed = new CountDownLatch(2);
    pair(
        CONFIG,
        (zero, one) -> {
          zero.close();
          bothClosed.countDown();
          assertEquals(
              "Cannot go on, the exchange is closed (expected no call after close).",
              lossOfSum(zero).getMessage());
        },
        (zero, one) -> {
          one.close();
          bothClosed.countDown();
        });
  }

  @Test
  void closingDuringACallFailsTheCall() {
    WaitingRank zero = WaitingRank.start(CONFIG, 2);
    try (ScriptedPeer peer = ScriptedPeer.shakeHands(zero, CONFIG, new RankOf(1, 2))) {
      AllReduce here = zero.joined();
      Future<PeerLost> lost = inSum(here);
      peer.await(FrameType.SLICE);
      here.close();
      assertLost(
          "Cannot finish the sum in step 0, this rank closed the exchange during the call" + LOOK,
          Ranks.await(lost));
    }
  }

  @Test
  void whatWasSentBeforeClosingArrives() {
    for (int round = 0; round < 30; round++) {
      float[] zeros = new float[200_000];
      float[] ones = new float[200_000];
      Arrays.fill(ones, 1);
      pair(
          CONFIG,
          (zero, one) -> {
            Floats.sum(zero, zeros);
            zero.close();
          },
          (zero, one) -> {
            Floats.sum(one, ones);
            one.close();
          });
      assertArrayEquals(ones, zeros);
    }
  }

  private static void pair(
      ExchangeConfig config,
      BiConsumer<AllReduce, AllReduce> onZero,
      BiConsumer<AllReduce, AllReduce> onOne) {
    List<Rendezvous> rendezvous = LoopbackRendezvous.of(2);
    List<AllReduce> both =
        Ranks.run(2, rank -> SocketAllReduce.join(config, rank, 2, rendezvous.get(rank)));
    try {
      Ranks.run(
          2,
          rank -> {
            (rank == 0 ? onZero : onOne).accept(both.get(0), both.get(1));
            return null;
          });
    } finally {
      Ranks.run(
          2,
          rank -> {
            both.get(rank).close();
            return null;
          });
    }
  }

  private static PeerLost lossOfSum(AllReduce here) {
    return assertThrows(PeerLost.class, () -> here.sum(Floats.direct(1000)));
  }

  private static Future<PeerLost> inSum(AllReduce here) {
    Supplier<PeerLost> call = () -> lossOfSum(here);
    return Ranks.start(1, rank -> call.get()).get(0);
  }

  private static void assertLost(String pattern, PeerLost lost) {
    assertTrue(lost.getMessage().matches(pattern), lost.getMessage());
  }

  private static void flood(ScriptedPeer peer) {
    for (int i = 0; i < 10_000; i++) {
      peer.send(new FrameHeader(FrameType.HEARTBEAT, 0, 0, 0), new byte[0]);
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Time itself is what these tests are about. */
  private static void waitMillis(long millis) {
    CountDownLatch never = new CountDownLatch(1);
    try {
      assertTrue(!never.await(millis, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
