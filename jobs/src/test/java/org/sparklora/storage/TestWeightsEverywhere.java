package org.sparklora.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.sparklora.Fixtures;
import org.sparklora.weights.TensorInfo;
import org.sparklora.weights.WeightFolder;

/** Weights of both kinds, with and without index, read over each store as from local files. */
@Tag("storage")
@Timeout(600)
class TestWeightsEverywhere {
  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void shardsOfTorchFiles(TestedStore tested) {
    assertEqualToLocal("chatglm2", tested);
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void shardsOfSafetensors(TestedStore tested) {
    assertEqualToLocal("llama", tested);
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void oneSafetensorsFile(TestedStore tested) {
    assertEqualToLocal("qwen2", tested);
  }

  private static void assertEqualToLocal(String family, TestedStore tested) {
    String folder = tested.newFolder();
    FixtureCopy.folder(Fixtures.path(family, "model"), tested.store(), folder);
    String local = Fixtures.path(family, "model").toString();
    try (WeightFolder expected = WeightFolder.open(Store.local(), local);
        WeightFolder actual = WeightFolder.open(tested.store(), folder)) {
      assertEquals(expected.tensors().keySet(), actual.tensors().keySet());
      for (String name : expected.tensors().keySet()) {
        assertEquals(expected.read(name).data(), actual.read(name).data(), name);
        assertEquals(tail(expected, name), tail(actual, name), name);
      }
    }
  }

  /** The last bytes of a tensor, read as large weights are. */
  private static ByteBuffer tail(WeightFolder weights, String name) {
    TensorInfo info = weights.find(name).orElseThrow();
    int count = (int) Math.min(64, info.bytes());
    ByteBuffer space = ByteBuffer.allocateDirect(count + SeekableInput.ROOM);
    return weights.readPiece(info, info.bytes() - count, count, space);
  }
}
