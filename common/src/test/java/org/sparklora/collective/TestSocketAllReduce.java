package org.sparklora.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/spec/exchange.md}, "Frames". */
class TestSocketAllReduce {
  private static final ExchangeConfig CONFIG = ExchangeConfig.fresh("run-1").onHost("127.0.0.1");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void sumsAreBitIdenticalToAPlainLoopInRankOrder(int ranks) {
    for (int floats : new int[] {100_003, 32_768 * ranks, 1, 0, ranks - 1, 12_345}) {
      float[][] inputs = inputs(ranks, floats);
      float[] expected = plainSum(inputs);
      together(
          CONFIG,
          ranks,
          here -> {
            float[] values = inputs[here.rank()].clone();
            Floats.sum(here, values);
            assertArrayEquals(bits(expected), bits(values));
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void sumsThatBeganEarlierEqualOneOverAll(int ranks) {
    float[][] inputs = inputs(ranks, 100_003);
    float[] expected = plainSum(inputs);
    together(
        CONFIG,
        ranks,
        here -> {
          ByteBuffer all = Floats.direct(100_003);
          all.asFloatBuffer().put(inputs[here.rank()]);
          AllReduce.Pending before = () -> {};
          for (int from = 0; from < 100_003; from += 9_000) {
            int count = Math.min(9_000, 100_003 - from);
            ByteBuffer part = all.slice(4 * from, 4 * count).order(ByteOrder.LITTLE_ENDIAN);
            before.await();
            before = here.beginSum(part);
          }
          before.await();
          float[] values = new float[100_003];
          all.asFloatBuffer().get(values);
          assertArrayEquals(bits(expected), bits(values));
        });
  }

  @Test
  void manyOperationsOfChangingSizesFollowEachOther() {
    together(
        CONFIG,
        3,
        here -> {
          for (int round = 1; round <= 200; round++) {
            float[] values = new float[(round * 7919) % 70_000];
            Arrays.fill(values, here.rank() + round);
            here.atStep(round);
            Floats.sum(here, values);
            for (float value : values) {
              assertEquals(3 + 3 * round, value);
            }
            byte[] message = {(byte) here.rank(), (byte) round};
            List<byte[]> all = here.gather(message);
            assertArrayEquals(new byte[] {2, (byte) round}, all.get(2));
          }
        });
  }

  @Test
  void buffersOfEveryKindAreSummedBetweenPositionAndLimit() {
    together(
        CONFIG,
        2,
        here -> {
          for (ByteBuffer buffer : List.of(Floats.direct(50_000), heap(50_000))) {
            for (int i = 0; i < 50_000; i++) {
              buffer.putFloat(4 * i, i);
            }
            buffer.position(12).limit(4 * 49_000);
            here.sum(buffer);
            assertEquals(12, buffer.position());
            assertEquals(4 * 49_000, buffer.limit());
            buffer.clear();
            for (int i = 0; i < 50_000; i++) {
              assertEquals(i < 3 || i >= 49_000 ? i : 2 * i, buffer.getFloat(4 * i));
            }
          }
        });
  }

  @Test
  void buffersOfOtherThingsAreRefused() {
    together(
        CONFIG,
        2,
        here -> {
          assertEquals(
              "Cannot sum, the buffer does not fit: 4 bytes, BIG_ENDIAN (expected floats,"
                  + " LITTLE_ENDIAN).",
              refusal(() -> here.sum(ByteBuffer.allocate(4))));
          assertEquals(
              "Cannot broadcast, the buffer does not fit: 7 bytes, LITTLE_ENDIAN (expected floats,"
                  + " LITTLE_ENDIAN).",
              refusal(() -> here.broadcast(heap(2).limit(7))));
        });
  }

  @Test
  void gathersMessagesOfEverySizeUpToAMebibyte() {
    together(
        CONFIG,
        4,
        here -> {
          for (int size : new int[] {0, 1, 1000, 1 << 20}) {
            byte[] message = new byte[size];
            Arrays.fill(message, (byte) (here.rank() + 1));
            List<byte[]> all = here.gather(message);
            for (int rank = 0; rank < 4; rank++) {
              byte[] expected = new byte[size];
              Arrays.fill(expected, (byte) (rank + 1));
              assertArrayEquals(expected, all.get(rank));
            }
          }
        });
  }

  @Test
  void refusesLongerMessages() {
    together(
        CONFIG,
        2,
        here -> {
          assertEquals(
              "Cannot gather, the message is too long: 1048577 bytes (expected at most 1048576).",
              refusal(() -> here.gather(new byte[(1 << 20) + 1])));
        });
  }

  @Test
  void broadcastsRankZerosFloats() {
    together(
        CONFIG,
        3,
        here -> {
          for (int floats : new int[] {0, 5, 100_000}) {
            float[] values = inputs(3, floats)[here.rank()];
            Floats.broadcast(here, values);
            assertArrayEquals(bits(inputs(3, floats)[0]), bits(values));
          }
        });
  }

  @Test
  void anExchangeThatEndsWithABroadcastLosesNobody() {
    for (int round = 0; round < 20; round++) {
      together(CONFIG, 4, here -> Floats.broadcast(here, new float[1000]));
    }
  }

  @Test
  void aRankOutOfRangeIsRefused() {
    assertEquals(
        "Cannot join the exchange, the rank is out of range: 2 of 2 (expected 0 to ranks - 1).",
        refusal(() -> SocketAllReduce.join(CONFIG, 2, 2, line -> List.of())));
  }

  /** Runs every rank on its own thread over real sockets and closes in order. */
  static void together(ExchangeConfig config, int ranks, Consumer<AllReduce> work) {
    List<Rendezvous> rendezvous = LoopbackRendezvous.of(ranks);
    Ranks.run(
        ranks,
        rank -> {
          try (AllReduce here = SocketAllReduce.join(config, rank, ranks, rendezvous.get(rank))) {
            work.accept(here);
          }
          return null;
        });
  }

  static float[][] inputs(int ranks, int floats) {
    Random random = new Random(ranks * 1_000_003L + floats);
    float[][] inputs = new float[ranks][floats];
    for (float[] input : inputs) {
      for (int i = 0; i < floats; i++) {
        // Magnitudes far apart, so that another order of summation gives other bits.
        input[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(8)));
      }
    }
    return inputs;
  }

  static float[] plainSum(float[][] inputs) {
    float[] sum = inputs[0].clone();
    for (int rank = 1; rank < inputs.length; rank++) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += inputs[rank][i];
      }
    }
    return sum;
  }

  static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  private static ByteBuffer heap(int floats) {
    return ByteBuffer.allocate(4 * floats).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String refusal(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }
}
