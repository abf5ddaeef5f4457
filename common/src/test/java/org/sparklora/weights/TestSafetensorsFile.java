package org.sparklora.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.storage.Store;

class TestSafetensorsFile {
  @TempDir Path folder;

  private final Store store = Store.local();

  @Test
  void writesAndReadsBackEveryType() throws IOException {
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    for (ElementType type : ElementType.values()) {
      byte[] bytes = new byte[6 * type.bytes()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i * 37);
      }
      tensors.put("t." + type, new TensorValue(type, List.of(2L, 3L), ByteBuffer.wrap(bytes)));
    }
    tensors.put("empty", TensorValue.of(new float[0], 3, 0));
    tensors.put("scalar", TensorValue.of(new float[] {1.5f}));

    byte[] written = bytes(tensors, Map.of("format", "pt"));

    String path = file(written);
    assertEquals(tensors, SafetensorsFile.readAll(store, path));
    assertEquals(Map.of("format", "pt"), SafetensorsFile.metadata(store, path));
    assertEquals(0, ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN).getLong(0) % 8);
    assertArrayEquals(written, bytes(tensors, Map.of("format", "pt")));
  }

  @Test
  void whatLiesInPlaceOfAFileIsNamed() throws IOException {
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1018370\n";
    String path = file(pointer.getBytes(StandardCharsets.UTF_8));
    String expected =
        "Cannot read %s, it is a Git LFS pointer: %s (expected the file itself). Run git lfs pull in its folder.";
    assertEquals(
        expected.formatted("the weight file", path),
        assertThrows(Failure.class, () -> SafetensorsFile.index(store, path)).getMessage());
    assertEquals(
        expected.formatted("the index of the weights", path),
        assertThrows(Failure.class, () -> WeightIndex.read(store, path)).getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "llama, model/model-00001-of-00002.safetensors",
    "qwen2, model/model.safetensors",
    "chatglm2, golden/forward.safetensors"
  })
  void readsWhatPythonWrote(String family, String name) {
    String path = Fixtures.path(family, name).toString();
    List<TensorInfo> index = SafetensorsFile.index(store, path);

    long at = index.get(0).offset();
    for (TensorInfo info : index) {
      assertEquals(at, info.offset());
      assertTrue(info.isContiguous());
      at += info.bytes();
    }
    assertEquals(store.length(path), at);
    assertEquals(index.size(), SafetensorsFile.readAll(store, path).size());
  }

  @Test
  void readsValuesExactly() {
    Map<String, TensorValue> golden =
        SafetensorsFile.readAll(
            store, Fixtures.path("llama", "golden/train.safetensors").toString());
    assertEquals(List.of(20L, 2L, 2L), golden.get("rows").shape());
    assertEquals(80, golden.get("rows").longs().length);
    assertEquals(ElementType.F64, golden.get("lr").type());
    assertEquals(1e-3, golden.get("lr").data().getDouble(0));
  }

  @Test
  void acceptsNamesInAnotherOrderThanTheirBytes() throws IOException {
    String path =
        zoo(
            "{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]},"
                + "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
            2);
    assertEquals(
        List.of("a", "b"),
        SafetensorsFile.index(store, path).stream().map(TensorInfo::name).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}|3|it is cut off in tensor 'a'",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}|5|it has bytes that belong to no tensor",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'b':{'dtype':'U8','shape':[4],'data_offsets':[2,6]}}|6|tensor 'b' overlaps another one: offset",
        "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},'b':{'dtype':'U8','shape':[2],'data_offsets':[4,6]}}|6|tensor 'b' leaves a gap before it",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[4,0]}}|4|tensor 'a' has impossible offsets: [4, 0]",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[-4,0]}}|4|tensor 'a' has impossible offsets",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}|4|tensor 'a' has a shape that does not fit its bytes: F32[2]",
        "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}|4|a shape that does not fit its bytes",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,4]}}|4|a shape that does not fit",
        "{'a':{'dtype':'F32','shape':[1.5],'data_offsets':[0,4]}}|4|not laid out as safetensors, at 'a': VALUE_NUMBER_FLOAT",
        "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,4]}}|4|its header is not JSON",
        "{'a':{'dtype':'F4','shape':[4],'data_offsets':[0,4]}}|4|tensor 'a' has an unknown type: F4",
        "{'a':{'dtype':'U8','shape':[4]}}|4|tensor 'a' is not described: a key is missing",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4],'x':1}}|4|tensor 'a' has an unknown key: x",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'a':{'dtype':'U8','shape':[0],'data_offsets':[4,4]}}|4|a name stands in its header twice: Duplicate field 'a'",
        "{'a':|0|its header is not JSON",
        "[1, 2]|0|not laid out as safetensors, at the header: START_ARRAY",
        "{'a':7}|0|not laid out as safetensors, at 'a'",
        "{'__metadata__':{'k':1}}|0|not laid out as safetensors, at __metadata__",
        "{} {}|0|not laid out as safetensors, at what follows the header"
      })
  void refusesWhatTheFormatForbids(String header, int dataBytes, String message)
      throws IOException {
    String path = zoo(header.replace('\'', '"'), dataBytes);
    Failure failure = assertThrows(Failure.class, () -> SafetensorsFile.index(store, path));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertTrue(failure.getMessage().contains(message), failure.getMessage());
    assertTrue(failure.getMessage().contains(path), failure.getMessage());
  }

  @Test
  void refusesTooManyDimensions() throws IOException {
    String shape = "1,".repeat(64) + "1";
    String path =
        zoo("{\"a\":{\"dtype\":\"U8\",\"shape\":[" + shape + "],\"data_offsets\":[0,1]}}", 1);
    Failure failure = assertThrows(Failure.class, () -> SafetensorsFile.index(store, path));
    assertTrue(failure.getMessage().contains("'a' has too many dimensions: 65"));
  }

  @Test
  void namesAHeaderBeyondTheFile() throws IOException {
    byte[] file = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putLong(1000).array();
    String path = file(file);
    Failure failure = assertThrows(Failure.class, () -> SafetensorsFile.index(store, path));
    assertEquals(
        "Cannot read the weight file, it is cut off in the header: "
            + path
            + " ends at offset 20 (expected at least 1008 bytes). Download or copy it again.",
        failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"-1", "0", "33554433", "9223372036854775807"})
  void refusesAnImpossibleHeaderLength(long length) throws IOException {
    String path =
        file(ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
    Failure failure = assertThrows(Failure.class, () -> SafetensorsFile.index(store, path));
    assertTrue(
        failure.getMessage().contains("its header length is impossible: " + length),
        failure.getMessage());
  }

  @Test
  void namesAFileCutAtAnyPlace() throws IOException {
    byte[] whole = bytes(Map.of("w", TensorValue.of(new float[10], 10)), Map.of());
    for (int length = 0; length < whole.length; length++) {
      String path = file(Arrays.copyOf(whole, length));
      Failure failure = assertThrows(Failure.class, () -> SafetensorsFile.index(store, path));
      assertTrue(failure.getMessage().contains("offset " + length), failure.getMessage());
    }
  }

  @Test
  void valuesMustFitTheirShape() {
    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> TensorValue.of(new float[3], 2, 2));
    assertEquals(
        "Cannot make the tensor, its bytes do not fit its shape: 12 bytes (expected F32 of shape [2,"
            + " 2]). Fix the caller.",
        failure.getMessage());
  }

  @Test
  void valuesAreReadAsTheirOwnKind() {
    TensorValue floats = TensorValue.of(new float[] {1}, 1);
    IllegalStateException failure = assertThrows(IllegalStateException.class, floats::longs);
    assertEquals(
        "Cannot read the values, the tensor has another type: F32 (expected an integer type). Fix the"
            + " caller.",
        failure.getMessage());
  }

  private String zoo(String header, int dataBytes) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    return file(file.putLong(text.length).put(text).array());
  }

  private String file(byte[] content) throws IOException {
    return Files.write(folder.resolve("a.safetensors"), content).toString();
  }

  private static byte[] bytes(Map<String, TensorValue> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsFile.write(out, tensors, metadata);
    return out.toByteArray();
  }
}
