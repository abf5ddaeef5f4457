package org.sparklora.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.sparklora.SizeLimit;
import org.sparklora.StandIn;
import org.sparklora.storage.Store;

/** The index of a sharded model: which tensor is in which file of the same folder. */
final class WeightIndex {
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]*");
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private WeightIndex() {}

  /** Tensor name to shard name, in the order of the file. */
  static Map<String, String> read(Store store, String path) {
    SizeLimit.WEIGHT_HEADER.require(WeightFault.READ, "the index", store.length(path), path);
    byte[] bytes = store.readBytes(path);
    StandIn.refuse(bytes, "the index of the weights", "it", path);
    Map<String, String> shards = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(bytes)) {
      expect(path, json.nextToken(), JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = json.currentName().equals("weight_map");
        json.nextToken();
        if (wanted) {
          readMap(path, json, shards);
        } else {
          json.skipChildren();
        }
      }
      expect(path, json.currentToken(), JsonToken.END_OBJECT);
    } catch (IOException e) {
      throw WeightFault.damaged(
          path,
          "the index is not JSON",
          String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          "an object with weight_map");
    }
    if (shards.isEmpty()) {
      throw WeightFault.damaged(path, "the index names no tensor", 0, "a weight_map");
    }
    return shards;
  }

  private static void readMap(String path, JsonParser json, Map<String, String> shards)
      throws IOException {
    expect(path, json.currentToken(), JsonToken.START_OBJECT);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      expect(path, json.currentToken(), JsonToken.FIELD_NAME);
      String tensor = json.currentName();
      expect(path, json.nextToken(), JsonToken.VALUE_STRING);
      String shard = json.getText();
      if (!PLAIN_NAME.matcher(shard).matches()) {
        throw WeightFault.damaged(
            path, "the index leads out of its folder", "'" + shard + "'", "plain file names");
      }
      shards.put(tensor, shard);
    }
  }

  private static void expect(String path, JsonToken actual, JsonToken expected) {
    if (actual != expected) {
      throw WeightFault.damaged(
          path, "the index is not laid out as the hub does", actual, expected.toString());
    }
  }
}
