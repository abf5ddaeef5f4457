package org.sparklora.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Small templates with what jinja2 makes of them. */
final class Goldens {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Goldens() {}

  static Stream<JsonNode> cases(String file) {
    try (InputStream in = Goldens.class.getResourceAsStream("/template/" + file)) {
      JsonNode all = JSON.readTree(in);
      return StreamSupport.stream(all.path("cases").spliterator(), false)
          .map(one -> all.has("variables") ? withVariables(one, all.path("variables")) : one);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode withVariables(JsonNode one, JsonNode variables) {
    return ((ObjectNode) one).set("variables", variables);
  }

  static Rendered render(JsonNode one) {
    Template template =
        Template.parse(
            one.path("id").asText(),
            one.path("template").asText(),
            RenderLimits.USUAL,
            () -> LocalDateTime.of(2026, 11, 27, 9, 5, 3));
    return template.render(map(one.path("variables")));
  }

  static Map<String, Object> map(JsonNode object) {
    Map<String, Object> map = new LinkedHashMap<>();
    object.properties().forEach(e -> map.put(e.getKey(), value(e.getValue())));
    return map;
  }

  private static Object value(JsonNode node) {
    return switch (node.getNodeType()) {
      case NULL -> null;
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> node.isIntegralNumber() ? (Object) node.longValue() : node.doubleValue();
      case OBJECT -> map(node);
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        node.forEach(item -> list.add(value(item)));
        yield list;
      }
      default -> node.asText();
    };
  }
}
