package org.sparklora.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sparklora.tensor.NumberType;

class TestProductSizes {
  private final ProductSizes sizes = ProductSizes.of(NumberType.BF16);

  @Test
  void fp32IsNotPadded() {
    assertEquals(773, ProductSizes.of(NumberType.FP32).padded(773));
  }

  @Test
  void sizesAreFewAndPaddingIsSmall() {
    long different = IntStream.rangeClosed(1, 2048).map(sizes::padded).distinct().count();
    assertEquals(64, different);
    for (int tokens = 1; tokens <= 5000; tokens++) {
      int padded = sizes.padded(tokens);
      assertTrue(padded >= tokens && padded < tokens + Math.max(16, tokens / 16.0), "" + padded);
      assertTrue(sizes.padded(tokens + 1) >= padded, "falls after " + tokens);
      assertEquals(padded, sizes.padded(padded));
    }
  }
}
