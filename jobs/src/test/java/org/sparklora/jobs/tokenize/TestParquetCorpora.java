package org.sparklora.jobs.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.feature.FeatureRow;
import org.sparklora.jobs.predict.PredictPrompts;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.storage.StorageSettings;

/** Parquet files as people have them; {@code src/test/resources/parquet/make.py} made them. */
class TestParquetCorpora {
  private static final Path FILES = Path.of("src/test/resources/parquet");

  private final SparkSession session = LocalSpark.session();

  @TempDir Path folder;
  private Path input;

  @BeforeEach
  void makeFolder() throws Exception {
    input = Files.createDirectories(folder.resolve("input"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nanoseconds", "nothing", "case", "other-column-brotli", "lz4", "dictionary"})
  void onlyTheWantedColumnsMatter(String name) throws Exception {
    TokenizeCorpus job = job(copy(name, "corpus.parquet"));
    assertEquals(3, job.run().info().counts().written());
    TokenizeCorpus json = new TokenizeCorpus(session, folder.resolve("json"));
    Path lines = folder.resolve("corpus.jsonl");
    Files.writeString(
        lines,
        "{\"q\":\"one?\",\"a\":\"1\"}\n{\"q\":\"two?\",\"a\":\"2\"}\n{\"q\":\"三？\",\"a\":\"3\"}\n");
    json.with("input_file", lines.toString()).run();
    assertEquals(texts(json), texts(job));
  }

  @Test
  void aValueThatIsNotUtf8IsABadRow() throws Exception {
    Path file = copy("not-utf8", "a b[1] 50%.parquet");
    TokenizeCorpus job = job(file).with("max_bad_fraction", "0.5");
    assertEquals(1, job.run().info().counts().bad());
    var bad = job.quarantined().get(0);
    assertEquals("the value of q is not UTF-8", bad.get("reason").asText());
    assertEquals(file.toString(), bad.get("file").asText());
    assertEquals("row", bad.get("unit").asText());
    assertEquals(0, bad.get("position").asInt());
  }

  @Test
  void badRowsAreNumberedInTheirFiles() throws Exception {
    session
        .sql("select if(id % 7 = 3, null, 'x') as q, 'y' as a from range(40)")
        .coalesce(1)
        .write()
        .option("parquet.block.size", "16")
        .mode("overwrite")
        .parquet(input.toString());
    TokenizeCorpus job = job(input).with("max_bad_fraction", "0.9");
    job.run();
    assertEquals(
        List.of(3, 10, 17, 24, 31, 38),
        job.quarantined().stream().map(b -> b.get("position").asInt()).sorted().toList());
  }

  @Test
  void rowsThatSparkWroteAreReadBackByTheirContent() throws Exception {
    session
        .sql("select concat('what is ', id, '?') as q, 'y' as a from range(40)")
        .repartition(3)
        .write()
        .mode("overwrite")
        .parquet(input.toString());
    TokenizeCorpus job = job(input);
    TokenizeResult result = job.run();
    WrittenRows written = new WrittenRows(session, StorageSettings.none(), job.table().toString());
    long content = job.rows().stream().mapToLong(FeatureRow::content).sum();
    written.check(result.info().dataFiles(), content);
    Failure failure =
        assertThrows(Failure.class, () -> written.check(result.info().dataFiles(), content + 1));
    assertEquals(
        "Cannot read the feature table back, its files hold other rows than were written: %s with content %016x (expected %016x). Check the store and run again."
            .formatted(job.table(), content, content + 1),
        failure.getMessage());
    assertEquals(ExitCode.STORAGE, failure.exitCode());
  }

  @Test
  void namesWithColonsAndBracketsMeanThemselves() throws Exception {
    for (String name : List.of("a[1]:b.parquet", "a1:b.parquet", "c: {d,e}*?\\.parquet")) {
      copy("nothing", name);
    }
    assertEquals(9, job(input).run().info().counts().written());
    TokenizeCorpus one = job(input.resolve("a[1]:b.parquet"));
    assertEquals(3, one.with("save_name", folder + "/t[1]:x").run().info().counts().written());
  }

  @Test
  void aValueOfHugeSizeIsRefusedBeforeItIsRead() throws Exception {
    String text = "x".repeat((64 << 20) + (1 << 10));
    session
        .createDataFrame(
            List.of(RowFactory.create(text, "a")),
            new StructType().add("q", DataTypes.StringType).add("a", DataTypes.StringType))
        .coalesce(1)
        .write()
        .option("compression", "zstd")
        .parquet(folder.resolve("huge").toString());
    Path file;
    try (var files = Files.list(folder.resolve("huge"))) {
      file = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    assertTrue(
        refused(file)
            .matches(
                "Cannot read the input, a value of the Parquet column q is beyond the limit: \\d+ in .*parquet \\(expected at most 67108864\\)\\. Mend the file, or if it is meant so add --size_limits 2\\."),
        refused(file));
  }

  @Test
  void nullsAreBadRows() throws Exception {
    TokenizeCorpus job = job(copy("nulls", "n.parquet")).with("max_bad_fraction", "0.9");
    assertEquals(2, job.run().info().counts().bad());
    assertEquals(
        List.of("the value of a is null, not a text", "the value of q is null, not a text"),
        job.quarantined().stream().map(b -> b.get("reason").asText()).sorted().toList());
  }

  @Test
  void predictRefusesThemByTheSameRules() throws Exception {
    Path file = copy("not-utf8", "n.parquet");
    assertTrue(
        refusedByPredict(file)
            .contains("1 of 2, most often: the value of q is not UTF-8, as in file:" + file),
        refusedByPredict(file));
    assertEquals(codecMessage(copy("brotli", "b.parquet")), refusedByPredict(input("b.parquet")));
  }

  @Test
  void aCodecThatSparkLacksIsNamed() throws Exception {
    assertEquals(codecMessage(input("b.parquet")), refused(copy("brotli", "b.parquet")));
  }

  @Test
  void aFileThatIsNotWholeIsNamed() throws Exception {
    byte[] whole = Files.readAllBytes(copy("case", "cut.parquet"));
    for (int length : new int[] {4, 11, whole.length / 2, whole.length - 1}) {
      Files.write(input("cut.parquet"), Arrays.copyOf(whole, length));
      assertEquals(
          "Cannot read the input, a Parquet file is not whole: %s (expected its footer at the end). Copy it again."
              .formatted(input("cut.parquet")),
          refused(input("cut.parquet")));
    }
  }

  @Test
  void damagedPagesAreNoDefect() throws Exception {
    Path file = copy("lz4", "damaged.parquet");
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, 4, 60, (byte) 0x7b);
    Files.write(file, bytes);
    assertEquals(
        "Cannot read a Parquet file, its data is damaged: %s (expected whole pages). Copy it again."
            .formatted(file),
        refused(file));
  }

  @Test
  void filesOfOtherTypesAreNamed() throws Exception {
    copy("lz4", "1.parquet");
    copy("numbers", "2.parquet");
    assertEquals(
        "Cannot read the input, a Parquet column is not of one type: a is bigint in %s (expected string, as in %s). Write the file again with texts."
            .formatted(input("2.parquet"), input("1.parquet")),
        refused(input));
    Files.delete(input("2.parquet"));
    copy("only-questions", "2.parquet");
    assertEquals(
        "Cannot read the input, a Parquet file has no such column, others do: a in %s (expected one of q). Write it again, or tokenize the files one after the other."
            .formatted(input("2.parquet")),
        refused(input));
  }

  @Test
  void nestedValuesAreNoTexts() throws Exception {
    assertEquals(
        "Cannot read the input, a Parquet column holds no text: a is array (expected string). Choose another column.",
        refused(copy("lists", "l.parquet")));
  }

  @Test
  void aTypeThatSparkDoesNotKnowIsNamed() throws Exception {
    assertEquals(
        "Cannot read the input, this Spark does not know the type of a Parquet column: h in %s (expected types up to format 2.9; half floats are later). Write the file again without it."
            .formatted(input("h.parquet")),
        refused(copy("half-floats", "h.parquet")));
  }

  @Test
  void equalNamesAreRefused() throws Exception {
    assertEquals(
        "Cannot read the input, a Parquet file has 2 columns of one name: q in %s (expected one). Write it again with other names."
            .formatted(input("s.parquet")),
        refused(copy("same-names", "s.parquet")));
  }

  @Test
  void filesWithoutRowsMayHaveAnyType() throws Exception {
    copy("no-rows", "0.parquet");
    copy("lz4", "1.parquet");
    assertEquals(3, job(input).run().info().counts().written());
  }

  @Test
  void aHiddenNameIsRefusedBySparksRule() throws Exception {
    assertEquals(
        "Cannot read the input, Spark passes over Parquet files of such a name: %s (expected one that does not begin with . or _). Rename it."
            .formatted(input("_q.parquet")),
        refused(copy("lz4", "_q.parquet")));
  }

  private Path input(String name) {
    return input.resolve(name);
  }

  private static String codecMessage(Path file) {
    return "Cannot read the input, a Parquet column is packed in a way that this Spark does not read: q is BROTLI in %s (expected snappy, zstd, gzip or lz4). Write the file again."
        .formatted(file);
  }

  private Path copy(String from, String to) throws Exception {
    return Files.copy(FILES.resolve(from + ".parquet"), input(to));
  }

  private TokenizeCorpus job(Path corpus) {
    return new TokenizeCorpus(session, folder).with("input_file", corpus.toString());
  }

  private String refused(Path corpus) {
    Failure failure = assertThrows(Failure.class, () -> job(corpus).run());
    assertEquals(ExitCode.INPUT, failure.exitCode());
    return failure.getMessage();
  }

  private String refusedByPredict(Path corpus) {
    PredictPrompts job =
        new PredictPrompts(session, folder)
            .with("input_file", corpus.toString())
            .with("target_key", "a");
    Failure failure = assertThrows(Failure.class, job::run);
    assertEquals(ExitCode.INPUT, failure.exitCode());
    return failure.getMessage();
  }

  private static List<String> texts(TokenizeCorpus job) {
    return job.rows().stream().map(r -> r.seqLen() + " " + Arrays.toString(r.inputIds())).toList();
  }
}
