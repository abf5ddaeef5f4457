package org.sparklora.jobs.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.storage.RunMark;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** What Spark's own writers leave in an output folder. */
class TestRunFiles {
  private final SparkSession session = LocalSpark.session();

  @TempDir Path folder;

  @Test
  void filesAreWrittenWhereTheyStayAndNeverRenamed() throws Exception {
    session.sparkContext().hadoopConfiguration().set("fs.norename.impl", NoRename.class.getName());
    Store store = Store.with(SparkStorage.settings(session));
    Dataset<Row> rows = session.range(0, 100, 1, 3).toDF("n");
    for (String format : List.of("parquet", "json")) {
      String run = RunMark.newRun();
      String place = "norename:" + folder.resolve(format);
      Files.createDirectories(folder.resolve(format));
      List<StoredFile> files = new RunFiles(place, run).write(store, rows, format);
      assertEquals(3, files.size(), files.toString());
      for (int part = 0; part < 3; part++) {
        String name = files.get(part).name();
        assertTrue(name.startsWith("part-0000%d-%s-".formatted(part, run)), name);
      }
      try (var there = Files.list(folder.resolve(format))) {
        assertEquals(3, there.count());
      }
      long read =
          format.equals("json")
              ? session.read().json(place).count()
              : session.read().parquet(place).count();
      assertEquals(100, read);
    }
  }

  /** Local files by another scheme, as an object store has them. */
  static final class NoRename extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("norename:///");
    }

    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      throw new IOException("there is no rename: " + from + " to " + to);
    }
  }
}
