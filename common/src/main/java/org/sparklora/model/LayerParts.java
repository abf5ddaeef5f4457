package org.sparklora.model;

import java.util.Arrays;
import java.util.stream.Stream;

/** What one layer of a decoder is made of, in the order in which it runs. */
record LayerParts(
    int index,
    Normalisation inputNorm,
    Projection[] qkv,
    Projection attentionOut,
    Normalisation innerNorm,
    Projection[] inner,
    Projection down) {

  /** Whether no adapter stands around a projection. */
  boolean isFrozen() {
    return Stream.of(qkv, new Projection[] {attentionOut}, inner, new Projection[] {down})
        .flatMap(Arrays::stream)
        .allMatch(FrozenProjection.class::isInstance);
  }
}
