package org.sparklora;

import java.io.Serializable;
import java.util.OptionalInt;

/** The ids that a model has a row of embeddings for: 0 to {@code size} − 1. */
public record Vocabulary(int size) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The first id that the model does not know. */
  public OptionalInt firstBeyond(int... ids) {
    for (int id : ids) {
      if (id < 0 || id >= size) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }
}
