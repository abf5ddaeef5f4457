package org.sparklora.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.sparklora.EachFamily;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.model.Decoder;
import org.sparklora.model.Golden;
import org.sparklora.model.GreedyAnswers;
import org.sparklora.model.ParityTable;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.TorchEngine;
import org.sparklora.weights.TensorValue;

/** A base with an adapter against numbers of PEFT (fixtures, made by golden.py). */
class TestAdapterParity {
  @EachFamily
  void logitsWithAdapterEqualPefts(String family) {
    Golden golden = new Golden(family);
    float[] expected = golden.tensors("adapter_forward.safetensors").get("row0.logits").floats();
    try (LoraModel model = open(golden)) {
      float[] logits = ParityTable.flat(model.decoder().logits(row0(golden)));
      ParityTable.check(family, "logits with adapter", ParityTable.largest(logits, expected), 5e-5);
    }
  }

  @EachFamily
  void logitsOfMergedWeightsEqualPefts(String family) {
    Golden golden = new Golden(family);
    float[] expected =
        golden.tensors("adapter_forward.safetensors").get("row0.logits_merged").floats();
    TorchEngine.start(1);
    NDManager owner = TorchEngine.newManager(Device.cpu());
    try (BaseWeights base = BaseWeights.open(Store.local(), golden.model());
        Decoder decoder =
            Decoder.load(
                base,
                CpuOptions.of(NumberType.FP32, 1),
                owner,
                new MergedAdaptation(adapter(golden), owner))) {
      float[] logits = ParityTable.flat(decoder.logits(row0(golden)));
      ParityTable.check(
          family, "logits of merged weights", ParityTable.largest(logits, expected), 5e-5);
    }
  }

  @EachFamily
  void greedyAnswersWithAdapterEqualPefts(String family) {
    Golden golden = new Golden(family);
    try (LoraModel model = open(golden)) {
      GreedyAnswers.check(family, "adapter", model.decoder(), golden);
    }
  }

  @EachFamily
  void exportGivesBackWhatWasLoaded(String family) {
    Golden golden = new Golden(family);
    Adapter loaded = adapter(golden);
    try (LoraModel model = open(golden)) {
      Map<String, TensorValue> exported = model.adapter("base").tensors();
      assertEquals(loaded.tensors().keySet(), exported.keySet());
      for (String name : exported.keySet()) {
        assertEquals(loaded.tensors().get(name), exported.get(name), name);
      }
    }
  }

  private static int[] row0(Golden golden) {
    return Golden.ids(golden.tensors("forward.safetensors").get("row0.input_ids"));
  }

  private static Adapter adapter(Golden golden) {
    return AdapterFolder.read(Store.local(), golden.folder("adapter"));
  }

  private static LoraModel open(Golden golden) {
    return StartedModel.open(golden.model(), adapter(golden), CpuOptions.of(NumberType.FP32, 1));
  }
}
