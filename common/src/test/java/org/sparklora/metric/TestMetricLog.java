package org.sparklora.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Python;
import org.sparklora.storage.Store;

class TestMetricLog {
  private static final Store STORE = Store.local();

  @TempDir private Path output;

  @Test
  void nothingIsInTheStoreBeforeAnUpload() {
    try (MetricLog log = open(new LogPart("run", 0, 1))) {
      log.log(LoggedStep.now(1, figures(0.5)));
      assertFalse(STORE.exists(log.eventPath()));
      log.upload();
      assertTrue(STORE.exists(log.eventPath()));
      assertTrue(log.eventPath().startsWith(output + "/runs/run/events.out.tfevents."));
    }
  }

  @Test
  void everyUploadHoldsAllStepsSoFarAndCloseUploadsTheRest() {
    MetricLog log = open(new LogPart("run", 0, 1));
    for (int step = 1; step <= 3; step++) {
      log.log(LoggedStep.now(step, figures(step)));
      log.upload();
      assertEquals(step, lines(log).size());
    }
    log.log(LoggedStep.now(4, figures(4)));
    log.close();
    assertEquals(4, lines(log).size());
    assertEquals(2 + 4, records(STORE.readBytes(log.eventPath())).size());
  }

  @Test
  void discardingUploadsNothing() {
    MetricLog log = open(new LogPart("run", 0, 1));
    log.log(LoggedStep.now(1, figures(1)));
    log.upload();
    log.log(LoggedStep.now(2, figures(2)));
    log.discard();
    assertEquals(1, lines(log).size());
  }

  @Test
  void jsonLinesHoldStepTimeAndFigures() throws Exception {
    MetricLog log = open(new LogPart("run", 0, 1));
    log.log(LoggedStep.now(7, Map.of("train/loss", 0.25, "train/grad_norm", Double.NaN)));
    log.close();
    JsonNode line = new ObjectMapper().readTree(lines(log).get(0));
    assertEquals(7, line.get("step").asLong());
    assertTrue(line.get("time").asDouble() > 1.7e9);
    assertEquals(0.25, line.get("train/loss").asDouble());
    assertEquals("NaN", line.get("train/grad_norm").asText());
  }

  @Test
  void recordsAreFramedWithTheirChecksumsAndTheVersionComesFirst() {
    MetricLog log = open(new LogPart("run", 2, 40));
    log.log(LoggedStep.now(40, figures(1)));
    log.close();
    List<byte[]> records = records(STORE.readBytes(log.eventPath()));
    String first = new String(records.get(0), StandardCharsets.ISO_8859_1);
    assertTrue(first.contains("brain.Event:2"), first);
    assertTrue(new String(records.get(2), StandardCharsets.ISO_8859_1).contains("train/loss"));
  }

  @Test
  void checksumIsTensorFlows() {
    // "123456789" has the CRC-32C 0xe3069283 (RFC 3720); masked: rotr15 + 0xa282ead8.
    byte[] check = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertEquals(Integer.rotateRight(0xe3069283, 15) + 0xa282ead8, TfRecord.maskedCrc(check));
  }

  @Test
  void varintsOfEverySizeAreWritten() {
    assertArrayEquals(new byte[] {0x08, 0x7f}, new Protobuf().varint(1, 127).bytes());
    assertArrayEquals(new byte[] {0x08, (byte) 0xac, 0x02}, new Protobuf().varint(1, 300).bytes());
    assertEquals(11, new Protobuf().varint(1, -1).bytes().length);
  }

  @Test
  void aRunNameThatIsNoFolderNameIsRefused() {
    Failure refused = assertThrows(Failure.class, () -> new LogPart("../x", 0, 1));
    assertEquals(ExitCode.USAGE, refused.exitCode());
    assertEquals(
        "Cannot open the training log, the run's name is no folder name: '../x' (expected letters,"
            + " digits, dots, hyphens). Choose another name.",
        refused.getMessage());
  }

  @Test
  void aFullDiskIsAStorageFailure() {
    MetricLog log = open(new LogPart("run", 0, 1));
    log.log(LoggedStep.now(1, figures(1)));
    log.close();
    Failure failed =
        assertThrows(
            Failure.class,
            () -> {
              for (int step = 2; step < 1000; step++) {
                log.log(LoggedStep.now(step, figures(step)));
                log.upload();
              }
            });
    assertEquals(ExitCode.STORAGE, failed.exitCode());
    assertTrue(
        failed.getMessage().startsWith("Cannot write the training log, its file failed: "),
        failed.getMessage());
  }

  @Tag("python")
  @Test
  void tensorBoardReadsAllGenerationsAndDropsRepeatedSteps() {
    Python python = Python.from("SPARKLORA_PYTHON");
    try (MetricLog log = open(new LogPart("run", 0, 1))) {
      for (int step = 1; step <= 8; step++) {
        log.log(LoggedStep.now(step, figures(1.0 / step)));
      }
    }
    try (MetricLog log = open(new LogPart("run", 1, 6))) {
      for (int step = 6; step <= 10; step++) {
        log.log(LoggedStep.now(step, figures(1.0 / step)));
      }
    }
    String printed =
        python.checkArtifacts(
            "events",
            Store.child(output.toString(), "runs"),
            "--require",
            "train/loss",
            "--require",
            "train/learning_rate");
    assertTrue(
        printed.matches("(?s).*train/loss +10 points, steps 1\\.\\.10, first 1, last 0\\.1\\b.*"),
        printed);
  }

  private MetricLog open(LogPart part) {
    return MetricLog.open(STORE, output.toString(), part);
  }

  private static Map<String, Double> figures(double loss) {
    return new TreeMap<>(
        Map.of(
            "train/loss", loss,
            "train/learning_rate", 1e-4,
            "train/grad_norm", 1.5,
            "train/epoch", 0.1,
            "train/tokens_per_second", 1234.5));
  }

  private static List<String> lines(MetricLog log) {
    String path = log.eventPath().replace("events.out.tfevents", "metrics") + ".jsonl";
    return STORE.readText(path).lines().toList();
  }

  private static List<byte[]> records(byte[] file) {
    List<byte[]> records = new ArrayList<>();
    ByteBuffer rest = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    while (rest.hasRemaining()) {
      byte[] length = Arrays.copyOfRange(file, rest.position(), rest.position() + 8);
      byte[] data = new byte[(int) rest.getLong()];
      assertEquals(TfRecord.maskedCrc(length), rest.getInt());
      rest.get(data);
      assertEquals(TfRecord.maskedCrc(data), rest.getInt());
      records.add(data);
    }
    return records;
  }
}
