package org.sparklora.corpus.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tools and calls of tools as the values that templates know. */
final class ToolValues {
  private ToolValues() {}

  /** Neither absent, null, false, zero nor empty. */
  static boolean isSomething(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY, OBJECT -> !value.isEmpty();
      case STRING -> !value.textValue().isEmpty();
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> value.doubleValue() != 0;
      default -> false;
    };
  }

  /** The tools of a row: a list, or the JSON text of one. */
  static List<Object> list(JsonNode value) {
    JsonNode tools = value.isTextual() ? parsed(value.textValue()) : value;
    if (tools.isNull() || tools.isMissingNode()) {
      return List.of();
    }
    RowParts.require(tools.isArray(), ChatFault.WRONG_TYPE);
    List<Object> list = new ArrayList<>();
    tools.forEach(tool -> list.add(of(tool)));
    return list.contains(null) ? List.of() : list;
  }

  private static JsonNode parsed(String text) {
    return text.isBlank() ? NullNode.instance : RowJson.tree(text, ChatFault.WRONG_TYPE);
  }

  static Object of(JsonNode node) {
    return switch (node.getNodeType()) {
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> number(node);
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        node.forEach(item -> list.add(of(item)));
        yield list;
      }
      case OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        node.fields().forEachRemaining(e -> map.put(e.getKey(), of(e.getValue())));
        yield map;
      }
      case STRING -> RowParts.text(node);
      default -> null;
    };
  }

  private static Object number(JsonNode node) {
    if (!node.isIntegralNumber()) {
      return node.doubleValue();
    }
    return node.canConvertToLong() ? (Object) node.longValue() : node.bigIntegerValue();
  }
}
