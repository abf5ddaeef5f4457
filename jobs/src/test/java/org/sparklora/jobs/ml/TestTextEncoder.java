package org.sparklora.jobs.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

/** Ids are those that the base reads. */
class TestTextEncoder {
  private static final Path MODEL = Fixtures.path("chatglm2", "model");
  private static final String TEXT = "one two three four";

  private final SparkSession session = LocalSpark.session();

  @TempDir Path folder;

  @Test
  void textsBecomeWhatTheBaseReads() throws IOException {
    String saved = folder.resolve("stage").toString();
    encoder().setMaxLength(4).save(saved);
    List<Row> whole = encoder().transform(texts()).collectAsList();
    List<Row> cut = TextEncoder.load(saved).transform(texts()).collectAsList();
    try (TokenCodec codec = Codecs.open(MODEL)) {
      assertEquals(ids(codec.encodePrompt(TEXT)), whole.get(0).getStruct(1).getList(0));
      assertEquals(ids(codec.encodePrompt(TEXT, 4)), cut.get(0).getStruct(1).getList(0));
    }
    assertEquals(Collections.nCopies(4, 0L), cut.get(0).getStruct(1).getList(1));
    assertEquals(Collections.nCopies(4, 1L), cut.get(0).getStruct(1).getList(2));
    assertNull(whole.get(1).get(1));
  }

  @Test
  void aLengthOfNothingIsRefused() {
    Failure failure =
        assertThrows(Failure.class, () -> encoder().setMaxLength(0).transform(texts()));
    assertEquals(
        "Cannot transform the table, maxLength is no number of tokens: 0 (expected at least 1). Correct it.",
        failure.getMessage());
  }

  private static List<Long> ids(int... ids) {
    return Arrays.stream(ids).asLongStream().boxed().toList();
  }

  private static TextEncoder encoder() {
    return new TextEncoder().setInputCol("q").setOutputCol("ids").setModelUrl(MODEL.toString());
  }

  private Dataset<Row> texts() {
    return session
        .createDataFrame(
            Arrays.asList(RowFactory.create(TEXT), RowFactory.create((Object) null)),
            new StructType().add("q", "string"))
        .coalesce(1);
  }
}
