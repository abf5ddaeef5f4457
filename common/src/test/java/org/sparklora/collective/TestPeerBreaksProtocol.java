package org.sparklora.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** {@code docs/spec/exchange.md}, "Frames": a peer with the secret that sends what it must not. */
class TestPeerBreaksProtocol {
  private static final ExchangeConfig CONFIG = ExchangeConfig.fresh("run-1").onHost("127.0.0.1");
  private static final RankOf ONE = new RankOf(1, 2);

  @Test
  void anotherBufferSizeIsRefused() {
    assertEquals("sums 101 floats (this rank 100)", inSum(FrameType.SLICE, 200, 1, 101));
  }

  @Test
  void anotherFrameSizeThanTheSliceIsRefused() {
    assertEquals(
        "sent a SLICE frame of 204 bytes (expected 200)", inSum(FrameType.SLICE, 204, 1, 100));
    assertEquals("sent a SUM frame of 196 bytes (expected 200)", inSum(FrameType.SUM, 196, 1, 100));
  }

  @Test
  void moreThanTheSliceIsRefused() {
    assertEquals(
        "sent a SLICE frame of 200 bytes (expected 0)",
        inSum(
            peer -> {
              FrameHeader slice = new FrameHeader(FrameType.SLICE, 200, 1, 100);
              peer.send(slice, new byte[200]);
              peer.send(slice, new byte[200]);
            }));
  }

  @Test
  void framesOfAnotherKindOfOperationAreRefused() {
    assertEquals("sent a MESSAGE frame in a sum", inSum(FrameType.MESSAGE, 0, 1, 0));
    assertEquals(
        "sent a SLICE frame in a gather",
        refusal(
            peer -> peer.send(new FrameHeader(FrameType.SLICE, 0, 1, 0), new byte[0]),
            here -> here.gather(new byte[0])));
    assertEquals(
        "sent a SUM frame that a broadcast does not expect",
        refusal(
            peer -> peer.send(new FrameHeader(FrameType.SUM, 0, 1, 0), new byte[0]),
            here -> here.broadcast(Floats.direct(1))));
  }

  @Test
  void aSecondMessageOrReceiptIsRefused() {
    FrameHeader message = new FrameHeader(FrameType.MESSAGE, 0, 1, 0);
    assertEquals(
        "sent a frame of operation 1 (this rank has finished it)",
        refusal(
            peer -> {
              peer.send(message, new byte[0]);
              peer.send(message, new byte[0]);
            },
            here -> {
              here.gather(new byte[0]);
              here.gather(new byte[0]);
            }));
    assertEquals(
        "broadcasts 2 floats (this rank 1)",
        refusal(
            peer -> peer.send(new FrameHeader(FrameType.RECEIVED, 0, 1, 2), new byte[0]),
            here -> here.broadcast(Floats.direct(1))));
  }

  @Test
  void framesOfAFinishedOperationAreRefused() {
    assertEquals(
        "sent a frame of operation 0 (this rank has finished it)",
        inSum(FrameType.SLICE, 200, 0, 100));
    assertEquals(
        "sent a frame of operation -1 (this rank has finished it)",
        inSum(FrameType.SLICE, 200, -1, 100));
  }

  @Test
  void oversizedLengthsAreRefusedWithoutAllocatingThem() {
    assertEquals(
        "sent a MESSAGE frame of 2147483647 bytes (expected at most 1048576)",
        inSum(FrameType.MESSAGE, Integer.MAX_VALUE, 1, 0));
  }

  @Test
  void otherBytesAreRefused() {
    assertEquals(
        "sent bytes that are no frame header",
        inSum(peer -> peer.sendRaw("x".repeat(99).getBytes(StandardCharsets.UTF_8))));
  }

  private static String inSum(FrameType type, int length, long operation, long detail) {
    byte[] payload = new byte[Math.min(length, 1000)];
    return inSum(peer -> peer.send(new FrameHeader(type, length, operation, detail), payload));
  }

  private static String inSum(Consumer<ScriptedPeer> script) {
    return refusal(script, here -> here.sum(Floats.direct(100)));
  }

  /** What rank 0 holds against the peer; the rest of its message is the same for all. */
  private static String refusal(Consumer<ScriptedPeer> script, Consumer<AllReduce> call) {
    WaitingRank zero = WaitingRank.start(CONFIG, 2);
    try (ScriptedPeer peer = ScriptedPeer.shakeHands(zero, CONFIG, ONE);
        AllReduce here = zero.joined()) {
      here.atStep(3);
      script.accept(peer);
      String message = assertThrows(PeerLost.class, () -> call.accept(here)).getMessage();
      String start = "step 3, rank 1 at 127.0.0.1:9 broke the protocol: it ";
      String end = ". Look into that executor's log.";
      assertTrue(message.contains(start) && message.endsWith(end), message);
      return message.substring(
          message.indexOf(start) + start.length(), message.length() - end.length());
    }
  }
}
