package org.sparklora.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

class TestAdapterOrigin {
  @TempDir Path folder;

  @Test
  void peftsAdaptersHaveNone() {
    assertEquals(Optional.empty(), read());
  }

  @Test
  void namesBothBases() throws Exception {
    write("{\"base_fingerprint\": \"b1\", \"step\": 20}");
    Failure failure = read().orElseThrow().onAnother("b2", "out");
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(
        "Cannot use the adapter, it was trained on another base: b1 in out (expected b2). Give the base that it was trained on, or add --trust_base.",
        failure.getMessage());
  }

  @Test
  void mayNameNoBase() throws Exception {
    write("{}");
    assertEquals("", read().orElseThrow().base());
  }

  @Test
  void refusesWhatIsNotJson() throws Exception {
    write("{");
    Failure failure = assertThrows(Failure.class, this::read);
    assertEquals(
        "Cannot use the adapter, a file is not JSON: %s (expected what the train job wrote). Copy the adapter again."
            .formatted(folder.resolve(AdapterOrigin.FILE)),
        failure.getMessage());
  }

  private Optional<AdapterOrigin> read() {
    return AdapterOrigin.read(Store.local(), folder.toString());
  }

  private void write(String content) throws Exception {
    Files.writeString(folder.resolve(AdapterOrigin.FILE), content);
  }

  @Test
  void anotherFormThanThatOfTheTrainingIsNamed() {
    AdapterOrigin plain = new AdapterOrigin("", Optional.empty());
    AdapterOrigin saysPlain = new AdapterOrigin("", form("none", ""));
    AdapterOrigin free = new AdapterOrigin("", form("free", "{prompt}="));
    assertEquals(Optional.empty(), plain.trainedOtherwise(form("none", "")));
    assertEquals(Optional.empty(), saysPlain.trainedOtherwise(Optional.empty()));
    assertEquals(Optional.of("none"), plain.trainedOtherwise(form("free", "x")));
    assertEquals(Optional.of("free"), free.trainedOtherwise(Optional.empty()));
    assertEquals(Optional.of("another free"), free.trainedOtherwise(form("free", "{prompt}?")));
    assertEquals(Optional.empty(), free.trainedOtherwise(form("free", "{prompt}=")));
    assertEquals("none", AdapterOrigin.nameOf(Optional.empty()));
  }

  private static Optional<JsonNode> form(String name, String text) {
    return Optional.of(JsonNodeFactory.instance.objectNode().put("form", name).put("text", text));
  }
}
