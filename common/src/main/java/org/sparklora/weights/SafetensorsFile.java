package org.sparklora.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sparklora.storage.SeekableInput;
import org.sparklora.storage.Store;

/** Safetensors files: 8 bytes of header length, a JSON header, the tensors without gaps. */
public final class SafetensorsFile {
  /** Bytes before the header. */
  static final int PREFIX = 8;

  private static final JsonFactory JSON = new JsonFactory();

  private SafetensorsFile() {}

  /** The tensors in file order; only the header is read. */
  public static List<TensorInfo> index(Store store, String path) {
    try (SeekableInput in = store.open(path)) {
      return SafetensorsHeader.read(in).tensors();
    }
  }

  /** The free-form metadata that a writer left in the header. */
  public static Map<String, String> metadata(Store store, String path) {
    try (SeekableInput in = store.open(path)) {
      return SafetensorsHeader.read(in).metadata();
    }
  }

  /** All tensors of a small file, in file order. */
  public static Map<String, TensorValue> readAll(Store store, String path) {
    try (SeekableInput in = store.open(path)) {
      return TensorReads.all(in, SafetensorsHeader.read(in).tensors());
    }
  }

  /** Writes the tensors in map order; equal input gives equal bytes. */
  public static void write(
      OutputStream out, Map<String, ? extends TensorContent> tensors, Map<String, String> metadata)
      throws IOException {
    byte[] header = header(tensors, metadata);
    out.write(
        ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
    out.write(header);
    for (TensorContent tensor : tensors.values()) {
      tensor.writeTo(out);
    }
  }

  private static byte[] header(
      Map<String, ? extends TensorContent> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      writeMetadata(json, metadata);
      long at = 0;
      for (Map.Entry<String, ? extends TensorContent> tensor : tensors.entrySet()) {
        at = writeEntry(json, tensor.getKey(), tensor.getValue(), at);
      }
      json.writeEndObject();
    }
    while (bytes.size() % 8 != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  private static void writeMetadata(JsonGenerator json, Map<String, String> metadata)
      throws IOException {
    if (metadata.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart(SafetensorsHeader.METADATA);
    for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  private static long writeEntry(JsonGenerator json, String name, TensorContent tensor, long at)
      throws IOException {
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    long end = at + Shapes.elements(tensor.shape()).orElseThrow() * tensor.type().bytes();
    json.writeObjectFieldStart(name);
    json.writeStringField("dtype", tensor.type().safetensorsName());
    json.writeFieldName("shape");
    json.writeArray(shape, 0, shape.length);
    json.writeFieldName("data_offsets");
    json.writeArray(new long[] {at, end}, 0, 2);
    json.writeEndObject();
    return end;
  }
}
