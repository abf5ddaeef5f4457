package org.sparklora.jobs.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.deploy.SparkSubmit;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Fixtures;
import org.sparklora.TemplatedModel;
import org.sparklora.jobs.TokenizeMain;
import org.sparklora.jobs.run.DriverProcess;
import org.sparklora.jobs.run.LocalSpark;

/**
 * What of the tokenize job's plan NVIDIA's RAPIDS plugin would run on a GPU, with {@code
 * conf/spark-rapids.conf}, in the plugin's own words; needs no GPU. The plugin's jar (601 MB) comes
 * with the Maven profile {@code rapids}.
 */
@Tag("cluster")
class TestRapidsPlan {
  private static final Path FOLDER = Path.of("target", "rapids");
  private static String jar;

  @TempDir Path folder;

  @BeforeAll
  static void findJar() throws IOException {
    boolean there = Files.isDirectory(FOLDER);
    if (!there) {
      String reason = "no RAPIDS jar in " + FOLDER + ": run with -Prapids (make test-cluster)";
      System.out.println(reason);
      assumeTrue("true".equals(System.getenv("CI")), reason);
    }
    try (Stream<Path> jars = Files.list(FOLDER)) {
      jar = jars.filter(f -> f.toString().endsWith(".jar")).findFirst().orElseThrow().toString();
    }
  }

  @Test
  void fromParquetAllRunsOnTheGpuWithTheTokenizerAsARowFunctionInside() throws Exception {
    Path parquet = folder.resolve("corpus.parquet");
    LocalSpark.session()
        .read()
        .json(Fixtures.path("llama", "corpus.jsonl").toString())
        .select("q", "a")
        .write()
        .parquet(parquet.toString());
    List<String> plan = explain(pairs(parquet));
    assertEquals(
        List.of(
            "*Exec <DataWritingCommandExec> will run on GPU",
            "*Output <InsertIntoHadoopFsRelationCommand> will run on GPU",
            "*Exec <WriteFilesExec> will run on GPU",
            "*Exec <ProjectExec> will run on GPU",
            "*Exec <FilterExec> will run on GPU",
            "*Exec <ProjectExec> will run on GPU",
            "*Exec <FileSourceScanExec> will run on GPU"),
        plan.stream().filter(l -> !l.startsWith("*Expression")).toList());
    assertEquals(
        1, plan.stream().filter(l -> l.matches(".*<ScalaUDF> UDF.* will run on GPU")).count());
  }

  @Test
  void fromJsonNothingIsAPlanOfSparks() throws Exception {
    assertEquals(List.of(), explain(pairs(Fixtures.path("llama", "corpus.jsonl"))));
  }

  @Test
  void fromParquetConversationsScanAndWriteRunOnTheGpu() throws Exception {
    Path parquet = folder.resolve("chats.parquet");
    String chat =
        """
        {"messages": [{"role": "user", "content": "1 + 1 ="}, {"role": "assistant", "content": "2"}]}
        """;
    SparkSession spark = LocalSpark.session();
    spark
        .read()
        .json(spark.createDataset(List.of(chat), Encoders.STRING()))
        .write()
        .parquet(parquet.toString());
    List<String> plan =
        explain(
            pairs(parquet)
                .without("prompt_key")
                .without("target_key")
                .with("cut_policy", "keep-target")
                .with(
                    "model_checkpoint",
                    TemplatedModel.in(folder, "qwen2", "chatml_plain").toString()));
    for (String part : List.of("DataWritingCommandExec", "WriteFilesExec", "FileSourceScanExec")) {
      assertTrue(plan.contains("*Exec <%s> will run on GPU".formatted(part)), plan.toString());
    }
    assertEquals(1, plan.stream().filter(l -> l.matches(".*<ScalaUDF> UDF.*")).count());
  }

  private TokenizeCorpus pairs(Path input) {
    return new TokenizeCorpus(LocalSpark.session(), folder.resolve(input.getFileName() + ".table"))
        .with("input_file", input.toString());
  }

  /** What the plugin says of the job's first plan, which writes the table. */
  private static List<String> explain(TokenizeCorpus corpus) throws Exception {
    List<String> arguments = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("..", "conf", "spark-rapids.conf"))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        arguments.addAll(List.of("--conf", line));
      }
    }
    arguments.addAll(
        List.of(
            "--jars",
            jar,
            "--conf",
            "spark.rapids.sql.mode=explainOnly",
            "--conf",
            "spark.rapids.skipGpuArchitectureCheck=true",
            "--conf",
            "spark.rapids.sql.explain=ALL",
            "--class",
            TokenizeMain.class.getName(),
            "spark-internal"));
    arguments.addAll(corpus.arguments());
    try (DriverProcess driver = DriverProcess.start(SparkSubmit.class, arguments)) {
      List<String> lines = driver.allLines();
      assertEquals(0, driver.exitCode(), () -> String.join("\n", lines));
      return lines.stream()
          .dropWhile(l -> !l.contains(" GpuOverrides"))
          .skip(1)
          .takeWhile(l -> !l.isBlank())
          .map(String::strip)
          .toList();
    }
  }
}
