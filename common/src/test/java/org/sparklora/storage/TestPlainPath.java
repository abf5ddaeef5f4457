package org.sparklora.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestPlainPath {
  @ParameterizedTest
  @CsvSource({
    "a/b, a/b",
    "a/b/, a/b",
    "a/b//, a/b",
    "./a//b/., a/b",
    "././a/./b, a/b",
    "a/.b/c., a/.b/c.",
    "/, /",
    "//a/, /a",
    "., .",
    "../a, ../a",
    "s3a://bucket//x/, s3a://bucket/x",
    "s3a://bucket/, s3a://bucket",
    "hdfs:///x/./y, hdfs:///x/y"
  })
  void whatDoesNotMatterGoes(String written, String plain) {
    assertEquals(plain, PlainPath.of(written));
  }
}
