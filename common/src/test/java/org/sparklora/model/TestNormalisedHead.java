package org.sparklora.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Fixtures;
import org.sparklora.ModelFamily;
import org.sparklora.storage.Store;
import org.sparklora.tensor.TorchEngine;
import org.sparklora.weights.WeightFolder;

/**
 * Baichuan2-7B, of which no fixture could be made: Baichuan-7B but for the head, whose rows are
 * divided by their lengths. Its tiny weights serve for both.
 */
class TestNormalisedHead {
  @TempDir Path folder;

  @Test
  void logitsAndLossAreThoseOfTheHeadsRowsDividedByTheirLengths() throws IOException {
    String model =
        VariedModel.in(
            folder,
            "baichuan",
            config -> {
              config.putArray("architectures").add("BaichuanForCausalLM");
              config.put("z_loss_weight", 0).put("model_max_length", 4096);
            });
    Golden golden = new Golden("baichuan");
    int[] ids = Golden.ids(golden.tensors("forward.safetensors").get("row0.input_ids"));
    try (Decoder decoder = VariedModel.decoder(model)) {
      assertEquals(ModelFamily.BAICHUAN2, decoder.spec().family());
      double[][] expected = expected(decoder, ids);
      float[][] logits = decoder.logits(ids);
      for (int i = 0; i < ids.length; i++) {
        for (int j = 0; j < logits[i].length; j++) {
          assertEquals(expected[i][j], logits[i][j], 5e-5, "logit " + j + " of token " + i);
        }
      }
      double loss = decoder.score(Golden.pack(List.of(new Golden.Row(ids, 3)), "all", 0)).nll();
      assertEquals(loss(expected, ids), loss, 1e-5 * loss);
      try (Decoding decoding = decoder.decode(1)) {
        decoding.join(new int[][] {ids});
        assertTrue(ParityTable.largest(decoding.logits(), logits[ids.length - 1]) < 5e-5);
      }
    }
  }

  /** normalize(W) x of the states x behind the final norm, in doubles. */
  private static double[][] expected(Decoder decoder, int[] ids) {
    float[][] states;
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      List<NDArray> all = decoder.hiddenStates(ids, scope);
      states = Decoder.matrix(all.get(all.size() - 1));
    }
    float[] head;
    String model = Fixtures.path("baichuan", "model").toString();
    try (WeightFolder files = WeightFolder.open(Store.local(), model)) {
      head = files.read("lm_head.weight").floats();
    }
    int hidden = states[0].length;
    double[][] logits = new double[ids.length][head.length / hidden];
    for (int row = 0; row < logits[0].length; row++) {
      double square = 0;
      for (int c = 0; c < hidden; c++) {
        square += Math.pow(head[row * hidden + c], 2);
      }
      for (int i = 0; i < ids.length; i++) {
        for (int c = 0; c < hidden; c++) {
          logits[i][row] += states[i][c] * head[row * hidden + c] / Math.sqrt(square);
        }
      }
    }
    return logits;
  }

  private static double loss(double[][] logits, int[] ids) {
    double loss = 0;
    for (int i = 0; i + 1 < ids.length; i++) {
      double sum = 0;
      for (double logit : logits[i]) {
        sum += Math.exp(logit);
      }
      loss += Math.log(sum) - logits[i][ids[i + 1]];
    }
    return loss;
  }
}
