package org.sparklora.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.sparklora.answer.Answering;
import org.sparklora.mix.AdapterMix;

/** Models as clients name them: the base and each adapter on it. */
record ModelNames(Answering answering, String base, long created) {
  private static final String BASE = "base";

  /** What a model's name stands for; none is the base. */
  AdapterMix mix(String model) {
    boolean isBase = model.isEmpty() || model.equals(base) || model.equals(BASE);
    if (isBase && !answering.adapters().contains(model)) {
      return AdapterMix.NONE;
    }
    return answering.mix(adapter(model));
  }

  /** The name, if it is an adapter's. */
  String adapter(String name) {
    if (!answering.adapters().contains(name)) {
      throw new ApiError(
          404,
          "There is no model of this name; /v1/models lists those that there are.",
          "model",
          "model_not_found");
    }
    return name;
  }

  /** Of {@code /v1/models}. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("object", "list");
    ArrayNode data = json.putArray("data");
    describe(data.addObject(), base);
    for (String adapter : answering.adapters()) {
      describe(data.addObject(), adapter).put("parent", base);
    }
    return json;
  }

  /** Of one model; the base goes by its own name only. */
  ObjectNode json(String name) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    return name.equals(base) && !answering.adapters().contains(name)
        ? describe(json, base)
        : describe(json, adapter(name)).put("parent", base);
  }

  private ObjectNode describe(ObjectNode model, String id) {
    return model
        .put("id", id)
        .put("object", "model")
        .put("created", created)
        .put("owned_by", "sparklora");
  }
}
