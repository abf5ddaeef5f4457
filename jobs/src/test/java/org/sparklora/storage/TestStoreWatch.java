package org.sparklora.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.run.LoggedLines;
import org.sparklora.jobs.run.RunFiles;
import org.sparklora.jobs.spark.LiteralPaths;

@Timeout(300)
class TestStoreWatch {
  private static final Duration SILENCE = Duration.ofMillis(200);

  @TempDir Path folder;

  /** A pipe that nobody writes to keeps its reader waiting, as a store that is silent does. */
  @Test
  void aSilentStoreIsSaidInOneLineWithWhatIsWaitedFor() throws Exception {
    String pipe = folder.resolve("pipe").toString();
    assertEquals(0, new ProcessBuilder("mkfifo", pipe).start().waitFor());
    Thread reader = new Thread(() -> Store.local().readText(pipe));
    try (LoggedLines log = new LoggedLines()) {
      reader.start();
      while (StoreWatch.waitOf(reader, SILENCE).isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      assertEquals(Optional.empty(), StoreWatch.longWaitOf(reader));
      StoreWatch.look(SILENCE);
      StoreWatch.look(SILENCE);
      assertEquals(
          List.of("Waiting for the store to read the file " + pipe + ", 0 s so far"),
          log.containing(pipe));
    }
    try (OutputStream out = Files.newOutputStream(Path.of(pipe))) {
      out.write('x');
    }
    reader.join();
    assertEquals(Optional.empty(), StoreWatch.waitOf(reader, Duration.ZERO));
  }

  @Test
  void aStreamThatFallsSilentAfterItWasOpenedIsSaid() throws Exception {
    String pipe = folder.resolve("pipe").toString();
    assertEquals(0, new ProcessBuilder("mkfifo", pipe).start().waitFor());
    Thread reader =
        new Thread(
            () -> {
              try (InputStream in = Store.local().read(pipe)) {
                in.readAllBytes();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    reader.start();
    try (OutputStream out = Files.newOutputStream(Path.of(pipe))) {
      out.write('x');
      while (StoreWatch.waitOf(reader, SILENCE).isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      assertEquals(
          Optional.of("to read the file " + pipe), StoreWatch.waitOf(reader, Duration.ZERO));
    }
    reader.join();
    assertEquals(Optional.empty(), StoreWatch.waitOf(reader, Duration.ZERO));
  }

  @Test
  void rowsThatOthersReadAreWatchedWhileTheyAreAwaited() {
    Thread self = Thread.currentThread();
    List<Optional<String>> waits = new ArrayList<>();
    Iterator<Integer> rows =
        StoreWatch.over(
            "a table",
            IntStream.range(0, 1)
                .peek(row -> waits.add(StoreWatch.waitOf(self, Duration.ZERO)))
                .iterator());
    assertEquals(0, rows.next());
    assertEquals(List.of(Optional.of("to read rows of a table")), waits);
    StoreWatch.beginWait("read or write rows near", "a file");
    assertEquals(
        Optional.of("to read or write rows near a file"), StoreWatch.waitOf(self, Duration.ZERO));
    StoreWatch.endWait();
    assertEquals(Optional.empty(), StoreWatch.waitOf(self, Duration.ZERO));
  }

  @Test
  void whatIsAnsweredIsNotSaid() {
    Store.local().list(folder.toString());
    assertEquals(Optional.empty(), StoreWatch.waitOf(Thread.currentThread(), Duration.ZERO));
    assertTrue(StoreWatch.longWaitOf(Thread.currentThread()).isEmpty());
  }

  /** What Spark asks the store for before it has a row: listing, footers, a task's first row. */
  @Test
  void sparksReadersAreWatchedBeforeTheirFirstRow() throws Exception {
    String pipe = folder.resolve("pipe.parquet").toString();
    assertEquals(0, new ProcessBuilder("mkfifo", pipe).start().waitFor());
    SparkSession session = LocalSpark.session();
    Thread reader =
        new Thread(
            () -> failing(() -> LiteralPaths.parquet(LiteralPaths.reader(session), List.of(pipe))));
    reader.start();
    while (StoreWatch.waitOf(reader, SILENCE).isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertEquals(
        Optional.of("to open the Parquet files " + pipe), StoreWatch.waitOf(reader, Duration.ZERO));
    while (reader.isAlive()) {
      Files.newByteChannel(Path.of(pipe), StandardOpenOption.READ, StandardOpenOption.WRITE)
          .close();
      reader.join(100);
    }
  }

  @Test
  void aTaskThatAwaitsItsFirstRowFromAnotherReaderIsWatched() throws Exception {
    SparkSession session = LocalSpark.session();
    Dataset<Row> rows =
        session
            .range(0, 3, 1, 1)
            .map(
                (MapFunction<Long, String>)
                    n -> StoreWatch.waitOf(Thread.currentThread(), Duration.ZERO).orElse("none"),
                Encoders.STRING())
            .toDF("wait");
    String place = folder.resolve("table").toString();
    Files.createDirectories(folder.resolve("table"));
    Store store = Store.local();

    new RunFiles(place, RunMark.newRun()).write(store, rows, "parquet", "the corpus");
    assertEquals(
        List.of("to read the first rows of the corpus"),
        session.read().parquet(place).distinct().as(Encoders.STRING()).collectAsList());
  }

  private static void failing(Runnable reading) {
    assertThrows(Exception.class, reading::run);
  }
}
