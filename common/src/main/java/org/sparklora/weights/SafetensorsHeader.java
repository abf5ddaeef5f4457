package org.sparklora.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.sparklora.Failure;
import org.sparklora.SizeLimit;
import org.sparklora.StandIn;
import org.sparklora.storage.SeekableInput;

/** The header of a safetensors file, trusted only as far as the file bears it out. */
record SafetensorsHeader(List<TensorInfo> tensors, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";

  private static final int MOST_DIMENSIONS = 64;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  static SafetensorsHeader read(SeekableInput in) {
    byte[] header = headerBytes(in);
    long dataStart = SafetensorsFile.PREFIX + (long) header.length;
    Parsing parsing = new Parsing(in.path(), dataStart, in.length() - dataStart);
    try (JsonParser json = JSON.createParser(header)) {
      parsing.header(json);
    } catch (JsonParseException e) {
      boolean duplicate = String.valueOf(e.getMessage()).startsWith("Duplicate field");
      throw WeightFault.damaged(
          in.path(),
          duplicate ? "a name stands in its header twice" : "its header is not JSON",
          e.getOriginalMessage(),
          duplicate ? "each name once" : "a JSON object");
    } catch (IOException e) {
      throw WeightFault.damaged(in.path(), "its header is not JSON", e, "a JSON object");
    }
    parsing.checkCover();
    return new SafetensorsHeader(parsing.tensors, parsing.metadata);
  }

  private static byte[] headerBytes(SeekableInput in) {
    if (in.length() < SafetensorsFile.PREFIX) {
      throw WeightFault.cutOff(in.path(), "the header length", in.length(), SafetensorsFile.PREFIX);
    }
    ByteBuffer prefix =
        ByteBuffer.allocate((int) Math.min(in.length(), StandIn.HEAD))
            .order(ByteOrder.LITTLE_ENDIAN);
    in.readFully(0, prefix);
    StandIn.refuse(prefix.array(), "the weight file", "it", in.path());
    long length = prefix.getLong(0);
    long most = SizeLimit.WEIGHT_HEADER.most();
    long rest = in.length() - SafetensorsFile.PREFIX;
    if (length < 2 || length > Math.max(most, rest)) {
      throw WeightFault.damaged(
          in.path(), "its header length is impossible", length, "2 to " + most);
    }
    if (length > rest) {
      throw WeightFault.cutOff(
          in.path(), "the header", in.length(), length + SafetensorsFile.PREFIX);
    }
    // Real headers have about 100 bytes for each tensor.
    SizeLimit.WEIGHT_HEADER.require(WeightFault.READ, "its header", length, in.path());
    ByteBuffer header = ByteBuffer.allocate((int) length);
    in.readFully(SafetensorsFile.PREFIX, header);
    return header.array();
  }

  /** One pass over the JSON; anything that the format does not allow ends it. */
  private static final class Parsing {
    private final String path;
    private final long dataStart;
    private final long dataBytes;
    private final List<TensorInfo> tensors = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    Parsing(String path, long dataStart, long dataBytes) {
      this.path = path;
      this.dataStart = dataStart;
      this.dataBytes = dataBytes;
    }

    void header(JsonParser json) throws IOException {
      expect(json.nextToken(), JsonToken.START_OBJECT, "the header");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        expect(json.currentToken(), JsonToken.FIELD_NAME, "the header");
        String name = json.currentName();
        expect(json.nextToken(), JsonToken.START_OBJECT, "'" + name + "'");
        if (name.equals(METADATA)) {
          metadata(json);
        } else {
          tensor(json, name);
        }
      }
      expect(json.nextToken(), null, "what follows the header");
    }

    private void metadata(JsonParser json) throws IOException {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        expect(json.currentToken(), JsonToken.FIELD_NAME, METADATA);
        String key = json.currentName();
        expect(json.nextToken(), JsonToken.VALUE_STRING, METADATA);
        metadata.put(key, json.getText());
      }
    }

    private void tensor(JsonParser json, String name) throws IOException {
      String type = null;
      List<Long> shape = null;
      List<Long> offsets = null;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        expect(json.currentToken(), JsonToken.FIELD_NAME, "'" + name + "'");
        switch (json.currentName()) {
          case "dtype" -> type = text(json, name);
          case "shape" -> shape = numbers(json, name);
          case "data_offsets" -> offsets = numbers(json, name);
          default ->
              throw fault(
                  name, "has an unknown key", json.currentName(), "dtype, shape, data_offsets");
        }
      }
      if (type == null || shape == null || offsets == null || offsets.size() != 2) {
        throw fault(name, "is not described", "a key is missing", "dtype, shape, two data_offsets");
      }
      tensors.add(checked(name, type, shape, offsets));
    }

    private TensorInfo checked(String name, String typeName, List<Long> shape, List<Long> offsets) {
      ElementType type =
          ElementType.named(typeName)
              .orElseThrow(
                  () -> fault(name, "has an unknown type", typeName, "a type such as F32 or BF16"));
      long begin = offsets.get(0);
      long end = offsets.get(1);
      if (begin < 0 || end < begin) {
        throw fault(name, "has impossible offsets", offsets, "0 ≤ begin ≤ end");
      }
      if (end > dataBytes) {
        throw WeightFault.cutOff(
            path, "tensor '" + name + "'", dataStart + dataBytes, dataStart + end);
      }
      OptionalLong elements = Shapes.elements(shape);
      if (elements.isEmpty()
          || (end - begin) % type.bytes() != 0
          || elements.getAsLong() != (end - begin) / type.bytes()) {
        throw fault(
            name,
            "has a shape that does not fit its bytes",
            type + "" + shape,
            (end - begin) + " bytes");
      }
      return new TensorInfo(
          name, type, shape, Shapes.rowMajor(shape), path, dataStart + begin, end - begin);
    }

    /** The tensors must cover the data without gap, overlap or rest, as the format demands. */
    void checkCover() {
      tensors.sort(
          Comparator.comparingLong(TensorInfo::offset).thenComparingLong(TensorInfo::bytes));
      long at = dataStart;
      for (TensorInfo tensor : tensors) {
        if (tensor.offset() != at) {
          throw fault(
              tensor.name(),
              tensor.offset() < at ? "overlaps another one" : "leaves a gap before it",
              "offset " + tensor.offset(),
              "offset " + at);
        }
        at += tensor.bytes();
      }
      if (at != dataStart + dataBytes) {
        throw WeightFault.damaged(
            path,
            "it has bytes that belong to no tensor",
            "length " + (dataStart + dataBytes),
            "length " + at);
      }
    }

    private List<Long> numbers(JsonParser json, String name) throws IOException {
      expect(json.nextToken(), JsonToken.START_ARRAY, "'" + name + "'");
      List<Long> values = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, "'" + name + "'");
        values.add(json.getLongValue());
        if (values.size() > MOST_DIMENSIONS) {
          throw fault(name, "has too many dimensions", values.size(), "at most " + MOST_DIMENSIONS);
        }
      }
      return values;
    }

    private String text(JsonParser json, String name) throws IOException {
      expect(json.nextToken(), JsonToken.VALUE_STRING, "'" + name + "'");
      return json.getText();
    }

    private void expect(JsonToken actual, JsonToken expected, String where) {
      if (actual != expected) {
        throw WeightFault.damaged(
            path,
            "its header is not laid out as safetensors, at " + where,
            actual,
            String.valueOf(expected));
      }
    }

    private Failure fault(String name, String why, Object actual, String expected) {
      return WeightFault.damaged(path, "tensor '" + name + "' " + why, actual, expected);
    }
  }
}
