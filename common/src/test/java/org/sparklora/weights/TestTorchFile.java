package org.sparklora.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.storage.Store;

/** Against fixtures/peft_io (made by make_peft_io.py with torch 2.7.1) and torch's own layout. */
class TestTorchFile {
  @TempDir Path folder;

  private final Store store = Store.local();

  static Stream<String> zoo() throws IOException {
    return names(expected());
  }

  @ParameterizedTest
  @MethodSource("zoo")
  void readsOrRefusesWhatTheFixturesSay(String name) throws IOException {
    JsonNode expected = expected().get(name);
    String path = Fixtures.path("peft_io", name).toString();
    String verdict = expected.get("verdict").asText();
    try {
      assertTensors(expected.get("tensors"), TorchFile.readAll(store, path));
      assertTrue(verdict.startsWith("read"), name + " was read");
    } catch (Failure failure) {
      assertTrue(verdict.endsWith("refuse"), name + ": " + failure.getMessage());
      assertEquals(ExitCode.INPUT, failure.exitCode());
      assertTrue(failure.getMessage().contains(path), failure.getMessage());
    }
    assertFalse(Files.exists(Path.of("PWNED")), "code of the file was run");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "evil_system.bin|its pickle asks for something that is not a plain tensor: posix.system",
        "evil_eval.bin|its pickle asks for something that is not a plain tensor: __builtin__.eval",
        "evil_getattr.bin|something that is not a plain tensor: __builtin__.getattr",
        "evil_plain_pickle.bin|its format is not torch's zip: a bare pickle or torch's old format",
        "legacy.bin|its format is not torch's zip: a bare pickle or torch's old format",
        "nested.bin|entry 'step' is no tensor: Long",
        "truncated.bin|it is cut off",
        "short_storage.bin|storage '0' is too short: 100 bytes",
        "missing_storage.bin|a storage is not in the zip",
        "no_pickle.bin|it does not hold one pickle: 0 × data.pkl",
        "cut_pickle.bin|it is cut off in",
        "size_beyond_storage.bin|a tensor reaches beyond its storage '0': shape [8, 200]",
        "empty.bin|empty.bin ends at offset 0 (expected at least 22 bytes)",
        "text.bin|it is a Git LFS pointer"
      })
  void saysWhatIsWrong(String name, String message) {
    String path = Fixtures.path("peft_io", name).toString();
    Failure failure = assertThrows(Failure.class, () -> TorchFile.index(store, path));
    assertTrue(failure.getMessage().contains(message), failure.getMessage());
  }

  @Test
  void knowsSharedStoragesByTheirOffsets() {
    Map<String, TensorInfo> views = new LinkedHashMap<>();
    TorchFile.index(store, Fixtures.path("peft_io", "views.bin").toString())
        .forEach(info -> views.put(info.name(), info));

    long base = views.get("base").offset();
    assertEquals(base, views.get("transposed").offset());
    assertEquals(base + 6 * 4, views.get("row_slice").offset());
    assertEquals(List.of(1L, 6L), views.get("transposed").strides());
    assertFalse(views.get("transposed").isContiguous());
    assertTrue(views.get("row_slice").isContiguous());
    assertEquals(0, base % 64);
  }

  @ParameterizedTest
  @CsvSource({"chatglm2", "chatglm", "baichuan"})
  void writesTheSamePickleAndLayoutAsTorch(String family) throws IOException {
    Path golden = Fixtures.path(family, "golden/adapter/adapter_model.bin");
    Map<String, TensorValue> tensors = TorchFile.readAll(store, golden.toString());

    byte[] written = write(tensors);

    byte[] torch = Files.readAllBytes(golden);
    int pickleEnd = 64 + pickleBytes(torch);
    assertArrayEquals(slice(torch, 64, pickleEnd), slice(written, 64, pickleEnd));
    assertEquals(tensors, readBack(written));
    assertArrayEquals(written, write(tensors), "equal input, equal bytes");
  }

  @Test
  void writesManyTensorsOfAllKindsAndReadsThemBack() throws IOException {
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    for (int i = 0; i < 1001; i++) {
      tensors.put("t" + i, TensorValue.of(new float[] {i}, 1));
    }
    tensors.put("scalar", TensorValue.of(new float[] {2.5f}));
    tensors.put("empty", TensorValue.of(new float[0], 0, 4));
    tensors.put("four", TensorValue.of(new long[] {1, 2}, 1, 2, 1, 1));
    tensors.put("large", TensorValue.of(new float[70_000], 70_000));

    assertEquals(tensors, readBack(write(tensors)));
  }

  @Test
  void refusesContentOfAnotherLength() {
    TensorContent wrong =
        new TensorContent() {
          @Override
          public ElementType type() {
            return ElementType.U8;
          }

          @Override
          public List<Long> shape() {
            return List.of(3L);
          }

          @Override
          public void writeTo(OutputStream out) throws IOException {
            out.write(1);
          }
        };
    IOException failure =
        assertThrows(
            IOException.class,
            () -> TorchFile.write(OutputStream.nullOutputStream(), "a", Map.of("w", wrong)));
    assertEquals("member data/0 has 1 bytes (expected 3)", failure.getMessage());
  }

  @Test
  void refusesToWriteMoreThanAZipHolds() {
    TensorContent huge =
        new TensorContent() {
          @Override
          public ElementType type() {
            return ElementType.F32;
          }

          @Override
          public List<Long> shape() {
            return List.of(1L << 30);
          }

          @Override
          public void writeTo(OutputStream out) {
            throw new IllegalStateException("must not be asked");
          }
        };
    Failure failure =
        assertThrows(
            Failure.class,
            () -> TorchFile.write(OutputStream.nullOutputStream(), "a", Map.of("w", huge)));
    assertEquals(
        "Cannot write the weight file, it grows beyond 4 GiB: at data/0 (expected less). Split it"
            + " into shards.",
        failure.getMessage());
  }

  @Test
  void addressesTensorsBeyondFourGibibytes() throws IOException {
    Path path = folder.resolve("zip64.bin");
    long bytes = 5L << 30;
    writeSparseZip64(path, bytes);

    TensorInfo info = TorchFile.index(store, path.toString()).get(0);

    assertEquals(bytes, info.bytes());
    assertEquals(List.of(bytes / 4), info.shape());
    try (var in = store.open(path.toString())) {
      ByteBuffer last = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      in.readFully(info.offset() + bytes - 4, last);
      assertEquals(7.5f, last.getFloat(0));
    }
    Failure failure = assertThrows(Failure.class, () -> TorchFile.readAll(store, path.toString()));
    assertTrue(failure.getMessage().contains("too large to be read at once"), failure.getMessage());
  }

  @Test
  void namesAFileCutAtAnyPlaceWithItsLength() throws IOException {
    byte[] whole = write(Map.of("w", TensorValue.of(new float[100], 100)));
    for (int length = 1; length < whole.length; length += 7) {
      Path cut = Files.write(folder.resolve("cut.bin"), slice(whole, 0, length));
      Failure failure = assertThrows(Failure.class, () -> TorchFile.index(store, cut.toString()));
      assertEquals(ExitCode.INPUT, failure.exitCode());
    }
    Path cut = Files.write(folder.resolve("cut.bin"), slice(whole, 0, 300));
    Failure failure = assertThrows(Failure.class, () -> TorchFile.index(store, cut.toString()));
    assertEquals(
        "Cannot read the weight file, it is cut off in its zip directory: "
            + cut
            + " ends at offset 300 (expected at least 322 bytes). Download or copy it again.",
        failure.getMessage());
  }

  /** One float tensor in a zip64 file whose data is a hole but for the last element. */
  private static void writeSparseZip64(Path path, long bytes) throws IOException {
    byte[] pickle = PickleWriter.tensors(Map.of("w", declared(bytes / 4)));
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(local("a/data.pkl"));
      file.write(pickle);
      long dataHeader = file.getFilePointer();
      file.write(local("a/data/0"));
      file.seek(file.getFilePointer() + bytes - 4);
      file.write(little(4).putFloat(7.5f).array());
      long versionHeader = file.getFilePointer();
      file.write(local("a/version"));
      file.write("3\n".getBytes(StandardCharsets.US_ASCII));
      long directory = file.getFilePointer();
      file.write(central("a/data.pkl", pickle.length, 0));
      file.write(central("a/data/0", bytes, dataHeader));
      file.write(central("a/version", 2, versionHeader));
      long end = file.getFilePointer();
      file.write(end64(3, end - directory, directory, end));
    }
  }

  private static TensorContent declared(long elements) {
    return new TensorContent() {
      @Override
      public ElementType type() {
        return ElementType.F32;
      }

      @Override
      public List<Long> shape() {
        return List.of(elements);
      }

      @Override
      public void writeTo(OutputStream out) {
        throw new IllegalStateException("must not be asked");
      }
    };
  }

  private static byte[] local(String name) {
    return little(30 + name.length())
        .putInt(ZipDirectory.LOCAL)
        .position(26)
        .putShort((short) name.length())
        .putShort((short) 0)
        .put(name.getBytes(StandardCharsets.US_ASCII))
        .array();
  }

  private static byte[] central(String name, long size, long header) {
    return little(46 + name.length() + 28)
        .putInt(ZipDirectory.CENTRAL)
        .position(20)
        .putInt(-1)
        .putInt(-1)
        .putShort((short) name.length())
        .putShort((short) 28)
        .position(42)
        .putInt(-1)
        .put(name.getBytes(StandardCharsets.US_ASCII))
        .putShort((short) 1)
        .putShort((short) 24)
        .putLong(size)
        .putLong(size)
        .putLong(header)
        .array();
  }

  private static byte[] end64(long entries, long size, long directory, long at) {
    return little(56 + 20 + 22)
        .putInt(0x06064b50)
        .position(24)
        .putLong(entries)
        .putLong(entries)
        .putLong(size)
        .putLong(directory)
        .putInt(0x07064b50)
        .putInt(0)
        .putLong(at)
        .putInt(1)
        .putInt(ZipDirectory.END)
        .position(56 + 20 + 8)
        .putShort((short) -1)
        .putShort((short) -1)
        .putInt(-1)
        .putInt(-1)
        .array();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] write(Map<String, TensorValue> tensors) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TorchFile.write(out, "adapter_model", tensors);
    return out.toByteArray();
  }

  private Map<String, TensorValue> readBack(byte[] file) throws IOException {
    Path path = Files.write(folder.resolve("back.bin"), file);
    return TorchFile.readAll(store, path.toString());
  }

  /** The data descriptor after the pickle holds its size. */
  private static int pickleBytes(byte[] torch) {
    ByteBuffer file = ByteBuffer.wrap(torch).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 64; ; at++) {
      if (file.getInt(at) == 0x08074b50 && file.getInt(at + 8) == at - 64) {
        return at - 64;
      }
    }
  }

  private static byte[] slice(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  private static void assertTensors(JsonNode expected, Map<String, TensorValue> actual) {
    assertEquals(expected.size(), actual.size());
    expected
        .fields()
        .forEachRemaining(
            entry -> {
              TensorValue value = actual.get(entry.getKey());
              assertEquals(
                  entry.getValue().get("dtype").asText(), pythonName(value.type()), entry.getKey());
              assertEquals(
                  entry.getValue().get("shape").toString(),
                  value.shape().toString().replace(" ", ""));
              assertValues(entry.getKey(), entry.getValue().get("values"), value);
            });
  }

  private static void assertValues(String name, JsonNode expected, TensorValue value) {
    assertEquals(expected.size(), value.elements(), name);
    for (int i = 0; i < expected.size(); i++) {
      switch (value.type()) {
        case F16, BF16, F32 ->
            assertEquals((float) number(expected.get(i)), value.floats()[i], 0f, name);
        case F64 -> assertEquals(number(expected.get(i)), value.data().getDouble(i * 8), 0d, name);
        case BOOL -> assertEquals(expected.get(i).asBoolean() ? 1 : 0, value.longs()[i], name);
        default -> assertEquals(expected.get(i).asLong(), value.longs()[i], name);
      }
    }
  }

  private static double number(JsonNode node) {
    return switch (node.asText()) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> node.asDouble();
    };
  }

  private static String pythonName(ElementType type) {
    return switch (type) {
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      case F32 -> "float32";
      case F64 -> "float64";
      case I64 -> "int64";
      case I32 -> "int32";
      case I16 -> "int16";
      case I8 -> "int8";
      case U8 -> "uint8";
      case BOOL -> "bool";
      case F8_E5M2, F8_E4M3 -> type.safetensorsName(); // in no file here
    };
  }

  private static Stream<String> names(JsonNode files) {
    Stream.Builder<String> names = Stream.builder();
    files.fieldNames().forEachRemaining(names::add);
    return names.build();
  }

  private static JsonNode expected() throws IOException {
    return new ObjectMapper()
        .readTree(Fixtures.path("peft_io", "expected.json").toFile())
        .get("files");
  }
}
