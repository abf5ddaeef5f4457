package org.sparklora.model;

import java.util.Arrays;
import java.util.stream.Stream;

/**
 * What one layer of a decoder is made of, in the order in which it runs.
 *
 * @param outputNorms behind the attention and behind the feed-forward block, or none
 */
record LayerParts(
    int index,
    Normalisation inputNorm,
    Projection[] qkv,
    HeadNorms headNorms,
    Projection attentionOut,
    Normalisation innerNorm,
    Projection[] inner,
    Projection down,
    Normalisation[] outputNorms) {

  /** Whether a kernel can do all of it while decoding. */
  boolean isOneStep() {
    return Stream.of(qkv, new Projection[] {attentionOut}, inner, new Projection[] {down})
        .flatMap(Arrays::stream)
        .allMatch(projection -> projection.ofStep().isPresent());
  }

  /** What ends the attention, with its norm where there is one. */
  Projection attentionEnd() {
    return withNorm(attentionOut, 0);
  }

  /** What ends the feed-forward block, with its norm where there is one. */
  Projection feedForwardEnd() {
    return withNorm(down, 1);
  }

  private Projection withNorm(Projection projection, int norm) {
    return outputNorms.length == 0
        ? projection
        : new NormedProjection(projection, outputNorms[norm]);
  }
}
