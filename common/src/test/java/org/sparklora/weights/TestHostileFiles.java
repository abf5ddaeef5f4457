package org.sparklora.weights;

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
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

/**
 * Torch files whose pickle or zip says something impossible. Pickles are written here as text with
 * {@code <hex>} for bytes; {@code @} is a storage of four floats, {@code ~} a line end.
 */
class TestHostileFiles {
  private static final String STORAGE =
      "(X<07000000>storagectorch~FloatStorage~X<01000000>0X<03000000>cpuK<04>tQ";
  private static final String REBUILD = "}X<01000000>wctorch._utils~_rebuild_tensor_v2~(";
  private static final String HOOKS = "<89>ccollections~OrderedDict~)RtRs.";

  @TempDir Path folder;

  private final Store store = Store.local();

  @Test
  void aPickleWrittenByHandIsRead() throws IOException {
    TensorInfo info = index(REBUILD + "@K<00>K<02>K<02><86>K<02>K<01><86>" + HOOKS).get(0);
    assertEquals("w", info.name());
    assertEquals(List.of(2L, 2L), info.shape());
  }

  @Test
  void newerPickleProtocolsAreRead() throws IOException {
    String dict = "<80><04><95><0000000000000000>}<94><8c><01>w<94><8c><0c>torch._utils<94>";
    String call = "<8c><12>_rebuild_tensor_v2<94><93><94>(@K<00>J<04000000><85><8a><01><01><85>";
    TensorInfo info =
        index(dict + call + "<89><8c><0b>collections<8c><0b>OrderedDict<93>)RtRs.").get(0);
    assertEquals(List.of(4L), info.shape());
  }

  @Test
  void versionNotesOfAStateDictAreIgnored() throws IOException {
    String notes = "}X<09000000>_metadata}X<00000000>}X<07000000>versionK<01>sssb";
    assertEquals(List.of(), index("ccollections~OrderedDict~)R" + notes + "."));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        ".|its stack is empty, at data.pkl+0: 0",
        "<ff>.|an opcode is not one that torch writes, at data.pkl+0: 0xff",
        "<80><01>.|its pickle protocol is unknown, at data.pkl+0: 1 in",
        "N.|it holds no dictionary of tensors: None",
        "}X<01000000>aK<01>s.|entry 'a' is no tensor: Long in",
        "}K<01>Ns.|entry '1' is no tensor: None",
        "}X<01000000>aNX<01000000>aNs.|an entry goes into no dictionary, at data.pkl+15: None",
        "}(X<01000000>aNX<01000000>aNu.|a name stands in it twice: a",
        "}}Ns.|a dictionary key is neither text nor number, at data.pkl+3: PickleDict",
        "](K<01>u.|an entry goes into no dictionary, at data.pkl+4: ArrayList",
        "}K<01>a.|an item goes into no list, at data.pkl+3: PickleDict",
        "}NNb.|an object carries state, at data.pkl+3: None",
        "u.|a collection has no start, at data.pkl+0: no mark",
        "N<86>.|its stack is too short, at data.pkl+1: 1",
        "h<07>.|it refers to nothing, at data.pkl+0: 7",
        "<8a><09>.|a number is too large, at data.pkl+0: 9 bytes",
        "X<ffffffff>a.|it is cut off in a text in data.pkl",
        "ctorch~FloatStorage~)R.|that is not a plain tensor: a call of torch.FloatStorage",
        "cos~system~.|that is not a plain tensor: os.system",
        "<8c><02>os<8c><06>system<93>.|that is not a plain tensor: os.system",
        "N)R.|a value has the wrong kind, at data.pkl+2: None",
        "ccollections~OrderedDict~N<85>R.|a dictionary is made from something: 1 values",
        "ctorch._utils~_rebuild_parameter~)R.|a parameter holds no tensor: 0 values",
        "ctorch._utils~_rebuild_tensor_v2~)R.|a tensor is not described as torch does: 0 values",
        ")Q.|a storage is not described as torch does: 0 values in"
      })
  void refusesImpossiblePickles(String pickle, String message) throws IOException {
    assertRefused(pickle, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "K<00>K<05><85>K<01><85>|reaches beyond its storage '0': shape [5], strides [1]",
        "K<04>K<01><85>K<01><85>|reaches beyond its storage '0': shape [1], strides [1], from element 4",
        "J<ffffffff>K<01><85>K<01><85>|a tensor has an impossible shape: shape [1], strides [1], from",
        "K<00>J<ffffffff><85>K<01><85>|a tensor has an impossible shape: shape [-1]",
        "K<00>K<01><85>)|a tensor has an impossible shape: shape [1], strides []",
        "K<00>K<02><85>J<ffffffff><85>|reaches beyond its storage '0': shape [2], strides [-1]",
        "K<00>J<ffffff7f>J<ffffff7f><86>K<00>K<00><86>|a tensor unfolds to too much: shape",
        "K<00>K<02>K<02><86><8a><08><ffffffffffffff7f><8a><08><ffffffffffffff7f><86>|beyond its",
        "K<00>N<85>K<01><85>|a shape is not made of numbers: 1 values"
      })
  void refusesImpossibleViews(String view, String message) throws IOException {
    assertRefused(REBUILD + "@" + view + HOOKS, message);
  }

  @Test
  void refusesACompressedMember() throws IOException {
    assertZipRefused(zip -> at(zip, ZipDirectory.CENTRAL, 10, 8), "is compressed or encrypted");
  }

  @Test
  void refusesTwoSizes() throws IOException {
    assertZipRefused(
        zip -> at(zip, ZipDirectory.CENTRAL, 20, 7),
        "a stored zip member has two sizes: a/data.pkl");
  }

  @Test
  void refusesAMemberBeyondTheFile() throws IOException {
    assertZipRefused(
        zip -> {
          at(zip, ZipDirectory.CENTRAL, 22, 0x7f);
          at(zip, ZipDirectory.CENTRAL, 26, 0x7f);
        },
        "it is cut off in the member 'a/data.pkl'");
  }

  @Test
  void refusesADirectoryOutsideTheFile() throws IOException {
    assertZipRefused(zip -> at(zip, ZipDirectory.END, 19, 0x7f), "its zip directory is impossible");
  }

  @Test
  void refusesABrokenDirectory() throws IOException {
    assertZipRefused(zip -> at(zip, ZipDirectory.CENTRAL, 0, 0), "its zip directory is broken");
  }

  @Test
  void refusesAZip64FileWithoutItsEnd() throws IOException {
    assertZipRefused(
        zip -> {
          at(zip, ZipDirectory.END, 10, 0xff);
          at(zip, ZipDirectory.END, 11, 0xff);
        },
        "its zip64 locator is impossible");
  }

  @Test
  void refusesHeadersThatDiffer() throws IOException {
    assertZipRefused(
        zip -> at(zip, ZipDirectory.LOCAL, 30, 'b'),
        "its local and central headers differ: a/data");
  }

  @Test
  void refusesAMemberThatStandsTwice() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ZipWriter zip = new ZipWriter(out, "a/");
    zip.add("data.pkl", bytes("}."));
    zip.add("data.pkl", bytes("}."));
    zip.finish();
    assertRefused(out.toByteArray(), "a zip member stands in it twice: a/data.pkl");
  }

  @Test
  void refusesBigEndianFiles() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ZipWriter zip = new ZipWriter(out, "a/");
    zip.add("data.pkl", bytes("}."));
    zip.add("byteorder", "big".getBytes(StandardCharsets.US_ASCII));
    zip.finish();
    assertRefused(out.toByteArray(), "its byte order is not ours: big in");
  }

  @Test
  void refusesAFileThatUnfoldsToTooMuch() throws IOException {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(bytes("}("));
    for (int i = 0; i < 9; i++) {
      String view = "@K<00>J<00000300><85>K<00><85>";
      String hooks = HOOKS.substring(0, HOOKS.length() - 2);
      pickle.writeBytes(bytes(REBUILD.substring(1).replace("w", "" + i) + view + hooks));
    }
    pickle.writeBytes(bytes("u."));
    Path path = Files.write(folder.resolve("a.bin"), archive(pickle.toByteArray()));
    assertEquals(9, TorchFile.index(store, path.toString()).size());
    Failure failure = assertThrows(Failure.class, () -> TorchFile.readAll(store, path.toString()));
    assertTrue(
        failure.getMessage().contains("its tensors unfold to too much"), failure.getMessage());
  }

  private void assertZipRefused(Consumer<byte[]> change, String message) throws IOException {
    byte[] zip = archive(bytes("}."));
    change.accept(zip);
    assertRefused(zip, message);
  }

  private void assertRefused(String pickle, String message) throws IOException {
    assertRefused(archive(bytes(pickle)), message);
  }

  private void assertRefused(byte[] zip, String message) throws IOException {
    Path path = Files.write(folder.resolve("a.bin"), zip);
    Failure failure = assertThrows(Failure.class, () -> TorchFile.index(store, path.toString()));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertTrue(failure.getMessage().contains(message), failure.getMessage());
  }

  private List<TensorInfo> index(String pickle) throws IOException {
    Path path = Files.write(folder.resolve("a.bin"), archive(bytes(pickle)));
    return TorchFile.index(store, path.toString());
  }

  private static byte[] archive(byte[] pickle) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ZipWriter zip = new ZipWriter(out, "a/");
    zip.add("data.pkl", pickle);
    zip.add("data/0", new byte[16]);
    zip.finish();
    return out.toByteArray();
  }

  /** Sets a byte of the first record with this signature. */
  private static void at(byte[] zip, int signature, int offset, int value) {
    ByteBuffer file = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int record = 0;
    while (file.getInt(record) != signature) {
      record++;
    }
    zip[record + offset] = (byte) value;
  }

  private static byte[] bytes(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String whole = text.replace("@", STORAGE).replace('~', '\n');
    for (int i = 0; i < whole.length(); i++) {
      if (whole.charAt(i) != '<') {
        out.write(whole.charAt(i));
        continue;
      }
      int end = whole.indexOf('>', i);
      out.writeBytes(HexFormat.of().parseHex(whole.substring(i + 1, end)));
      i = end;
    }
    return out.toByteArray();
  }
}
