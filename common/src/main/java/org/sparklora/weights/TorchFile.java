package org.sparklora.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sparklora.SizeLimit;
import org.sparklora.StandIn;
import org.sparklora.storage.SeekableInput;
import org.sparklora.storage.Store;

/** Torch's {@code .bin} files: a stored zip with a pickle that names tensors in it. */
public final class TorchFile {
  private static final String PICKLE = "data.pkl";

  private TorchFile() {}

  /** The tensors in file order; only directory, headers and pickle are read. */
  public static List<TensorInfo> index(Store store, String path) {
    try (SeekableInput in = store.open(path)) {
      return index(in);
    }
  }

  /** All tensors of a small file, in file order. */
  public static Map<String, TensorValue> readAll(Store store, String path) {
    try (SeekableInput in = store.open(path)) {
      return TensorReads.all(in, index(in));
    }
  }

  /**
   * Writes what {@code torch.load(weights_only=True)} reads, byte for byte the layout of torch's
   * own writer; {@code archive} is the folder inside the zip, by convention the file's name without
   * its extension.
   */
  public static void write(
      OutputStream out, String archive, Map<String, ? extends TensorContent> tensors)
      throws IOException {
    ZipWriter zip = new ZipWriter(out, archive + "/");
    zip.add(PICKLE, PickleWriter.tensors(tensors));
    zip.add("byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    int key = 0;
    for (TensorContent tensor : tensors.values()) {
      zip.add("data/" + key++, PickleWriter.bytes(tensor), tensor::writeTo);
    }
    zip.add("version", "3\n".getBytes(StandardCharsets.US_ASCII));
    zip.finish();
  }

  static List<TensorInfo> index(SeekableInput in) {
    refuseOtherKinds(in);
    ZipDirectory zip = ZipDirectory.read(in);
    ZipDirectory.Entry pickle = pickle(in, zip);
    String root = pickle.name().substring(0, pickle.name().length() - PICKLE.length());
    refuseBigEndian(in, zip, root);
    TorchObjects objects = new TorchObjects(in, zip, root);
    Object value = new PickleReader(in.path(), content(in, zip, pickle), objects).read();
    return tensors(in.path(), objects, value);
  }

  private static void refuseOtherKinds(SeekableInput in) {
    ByteBuffer start = ByteBuffer.allocate((int) Math.min(in.length(), StandIn.HEAD));
    in.readFully(0, start);
    String text = new String(start.array(), StandardCharsets.ISO_8859_1);
    if (text.isEmpty()) {
      throw WeightFault.cutOff(in.path(), "its first bytes", 0, ZipDirectory.END_BYTES);
    }
    StandIn.refuse(start.array(), "the weight file", "it", in.path());
    if (!text.startsWith("PK")) {
      String kind = text.charAt(0) == 0x80 ? "a bare pickle or torch's old format" : "no zip";
      throw WeightFault.unsupported(in.path(), "its format is not torch's zip", kind, "a zip file");
    }
  }

  private static ZipDirectory.Entry pickle(SeekableInput in, ZipDirectory zip) {
    List<ZipDirectory.Entry> found =
        zip.entries().values().stream()
            .filter(e -> e.name().equals(PICKLE) || e.name().matches("[^/]+/" + PICKLE))
            .toList();
    if (found.size() != 1) {
      throw WeightFault.damaged(
          in.path(), "it does not hold one pickle", found.size() + " × " + PICKLE, "1");
    }
    return found.get(0);
  }

  private static void refuseBigEndian(SeekableInput in, ZipDirectory zip, String root) {
    ZipDirectory.Entry order = zip.entries().get(root + "byteorder");
    if (order == null) {
      return;
    }
    String name = new String(content(in, zip, order), StandardCharsets.ISO_8859_1);
    if (!name.equals("little")) {
      throw WeightFault.unsupported(in.path(), "its byte order is not ours", name, "little");
    }
  }

  private static byte[] content(SeekableInput in, ZipDirectory zip, ZipDirectory.Entry entry) {
    long offset = zip.dataOffset(entry);
    // A 7B model's pickle has about 50 KB.
    SizeLimit.WEIGHT_HEADER.require(WeightFault.READ, entry.name(), entry.size(), in.path());
    ByteBuffer content = ByteBuffer.allocate((int) entry.size());
    in.readFully(offset, content);
    return content.array();
  }

  private static List<TensorInfo> tensors(String path, TorchObjects objects, Object value) {
    if (!(value instanceof PickleDict dict)) {
      throw WeightFault.unsupported(
          path,
          "it holds no dictionary of tensors",
          String.valueOf(kind(value)),
          "names to tensors");
    }
    List<TensorInfo> tensors = new ArrayList<>();
    for (Map.Entry<Object, Object> entry : dict.entries().entrySet()) {
      if (!(entry.getKey() instanceof String name)
          || !(entry.getValue() instanceof TorchObjects.View view)) {
        throw WeightFault.unsupported(
            path,
            "entry '" + entry.getKey() + "' is no tensor",
            kind(entry.getValue()),
            "a flat map of names to tensors");
      }
      tensors.add(objects.named(name, view));
    }
    return tensors;
  }

  private static String kind(Object value) {
    return value == null ? "None" : value.getClass().getSimpleName();
  }
}
