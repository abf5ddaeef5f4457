package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.collective.AllReduce;

/** A gradient that is read in parts, each summed while the next is read. */
class TestExchangeInParts {
  private static final PlantedRows TABLE = PlantedRows.random(50);
  private static final int AT_ONCE = 7;

  @TempDir private Path folder;
  private final List<Integer> read = new CopyOnWriteArrayList<>();
  private final List<String> said = new CopyOnWriteArrayList<>();

  /** As a model on a GPU. */
  private final class InParts extends LikeAnother {
    InParts() {
      super(new TinyModel());
    }

    @Override
    public int readAtOnce() {
      return AT_ONCE;
    }

    @Override
    public void read(Values which, int from, FloatBuffer into) {
      read.add(from);
      if (which == Values.GRADIENT) {
        said.add("read " + from);
      }
      super.read(which, from, into);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void trainsTheSameBitByBit(int ranks) {
    TrialRun whole = run("whole", ranks);
    SegmentResult expected = whole.train(ranks);
    TrialRun parts = run("parts", ranks);
    parts.models = InParts::new;
    SegmentResult result = parts.train(ranks);
    assertEquals(expected.lastLoss(), result.lastLoss());
    assertEquals(whole.losses(), parts.losses());
    for (float[] rank : parts.parameters) {
      assertArrayEquals(whole.parameters.get(0), rank);
    }
    int last = TinyModel.VOCABULARY * TinyModel.RANK / AT_ONCE * AT_ONCE;
    assertTrue(read.contains(AT_ONCE) && read.contains(last), read.toString());
  }

  /** A part is on its way over the ranks while the next one is read. */
  @Test
  void eachPartIsReadWhileTheOneBeforeIsSummed() {
    TrialRun run = TrialRun.of(TABLE, folder, "max_steps", "1");
    run.models = InParts::new;
    run.exchange = this::watched;
    run.train(1);
    List<String> expected = new ArrayList<>(List.of("read 0", "begin"));
    int parts = Collections.frequency(said, "begin");
    for (int part = 1; part < parts; part++) {
      expected.addAll(List.of("read " + part * AT_ONCE, "end", "begin"));
    }
    expected.add("end");
    assertTrue(parts > 2, said.toString());
    assertEquals(expected, said);
  }

  /** Says when sums begin and when somebody waits for their end. */
  private AllReduce watched(AllReduce peers) {
    return (AllReduce)
        Proxy.newProxyInstance(
            AllReduce.class.getClassLoader(),
            new Class<?>[] {AllReduce.class},
            (proxy, method, arguments) -> {
              Object result = method.invoke(peers, arguments);
              if (!method.getName().equals("beginSum")) {
                return result;
              }
              said.add("begin");
              return (AllReduce.Pending)
                  () -> {
                    said.add("end");
                    ((AllReduce.Pending) result).await();
                  };
            });
  }

  private TrialRun run(String name, int ranks) {
    return TrialRun.of(TABLE, folder.resolve(name + ranks));
  }
}
