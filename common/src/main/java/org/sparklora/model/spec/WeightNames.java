package org.sparklora.model.spec;

import java.util.List;

/**
 * Names of a family's weights. Names below a layer are relative to {@link #layer}; modules are
 * named without {@code .weight} or {@code .bias}. Norms of queries and keys, and those behind the
 * blocks, are empty where a family has none.
 */
record WeightNames(
    String embedding,
    String layers,
    String inputNorm,
    List<String> qkv,
    List<String> headNorms,
    String attentionOut,
    String attentionNorm,
    String innerNorm,
    List<String> feedForwardIn,
    String feedForwardOut,
    String feedForwardNorm,
    String finalNorm,
    String head) {

  /** Names below {@code layers}, each still to be given. */
  static Builder in(String layers) {
    return new Builder(layers);
  }

  /** These names, to give some of them anew. */
  Builder toBuilder() {
    return new Builder(layers)
        .embedding(embedding)
        .inputNorm(inputNorm)
        .qkv(qkv.toArray(String[]::new))
        .headNorms(headNorms.toArray(String[]::new))
        .attentionOut(attentionOut)
        .attentionNorm(attentionNorm)
        .innerNorm(innerNorm)
        .feedForwardIn(feedForwardIn.toArray(String[]::new))
        .feedForwardOut(feedForwardOut)
        .feedForwardNorm(feedForwardNorm)
        .finalNorm(finalNorm)
        .head(head);
  }

  /** The full name of a module of a layer. */
  String layer(int index, String module) {
    return layers + "." + index + "." + module;
  }

  /** Takes the names one by one, each by its own word. */
  static final class Builder {
    private final String layers;
    private String embedding = "";
    private String inputNorm = "";
    private List<String> qkv = List.of();
    private List<String> headNorms = List.of();
    private String attentionOut = "";
    private String attentionNorm = "";
    private String innerNorm = "";
    private List<String> feedForwardIn = List.of();
    private String feedForwardOut = "";
    private String feedForwardNorm = "";
    private String finalNorm = "";
    private String head = "";

    private Builder(String layers) {
      this.layers = layers;
    }

    Builder embedding(String name) {
      embedding = name;
      return this;
    }

    Builder inputNorm(String name) {
      inputNorm = name;
      return this;
    }

    Builder qkv(String... names) {
      qkv = List.of(names);
      return this;
    }

    /** Of queries and of keys. */
    Builder headNorms(String... names) {
      headNorms = List.of(names);
      return this;
    }

    Builder attentionOut(String name) {
      attentionOut = name;
      return this;
    }

    /** Behind the attention. */
    Builder attentionNorm(String name) {
      attentionNorm = name;
      return this;
    }

    Builder innerNorm(String name) {
      innerNorm = name;
      return this;
    }

    Builder feedForwardIn(String... names) {
      feedForwardIn = List.of(names);
      return this;
    }

    Builder feedForwardOut(String name) {
      feedForwardOut = name;
      return this;
    }

    /** Behind the feed-forward block. */
    Builder feedForwardNorm(String name) {
      feedForwardNorm = name;
      return this;
    }

    Builder finalNorm(String name) {
      finalNorm = name;
      return this;
    }

    Builder head(String name) {
      head = name;
      return this;
    }

    WeightNames build() {
      return new WeightNames(
          embedding,
          layers,
          inputNorm,
          qkv,
          headNorms,
          attentionOut,
          attentionNorm,
          innerNorm,
          feedForwardIn,
          feedForwardOut,
          feedForwardNorm,
          finalNorm,
          head);
    }
  }
}
