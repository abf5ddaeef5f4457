package org.sparklora.model;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.sparklora.Fixtures;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.TorchEngine;

/** A fixture's weights under another configuration. */
final class VariedModel {
  private VariedModel() {}

  /** Makes the folder; files beside the configuration are linked. */
  static String in(Path folder, String family, Consumer<ObjectNode> change) throws IOException {
    Path model = Fixtures.path(family, "model");
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.createSymbolicLink(folder.resolve(file.getFileName()), file.toAbsolutePath());
      }
    }
    ObjectMapper json = new ObjectMapper();
    ObjectNode config = (ObjectNode) json.readTree(model.resolve("config.json").toFile());
    change.accept(config);
    Files.delete(folder.resolve("config.json"));
    Files.writeString(folder.resolve("config.json"), config.toString());
    return folder.toString();
  }

  static Decoder decoder(String folder) {
    TorchEngine.start(1);
    try (BaseWeights base = BaseWeights.open(Store.local(), folder)) {
      return Decoder.load(
          base,
          CpuOptions.of(NumberType.FP32, 1),
          TorchEngine.newManager(Device.cpu()),
          Adaptation.NONE);
    }
  }
}
