package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.checkpoint.Checkpoint;
import org.sparklora.checkpoint.Checkpoints;
import org.sparklora.jobs.run.LoggedLines;
import org.sparklora.jobs.train.TrainRun;
import org.sparklora.storage.FaultyEndpoint;
import org.sparklora.storage.HdfsServer;
import org.sparklora.storage.Lease;
import org.sparklora.storage.LocalFolder;
import org.sparklora.storage.S3Server;
import org.sparklora.storage.SmallDisk;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoreServer;

/** A store that fails in the third step of a run: for a while, or until somebody mends it. */
@Tag("storage")
@Timeout(600)
class TestStoreOutages {
  /** After 60 a lease that nobody renews is dead to others; S3 tells times in whole seconds. */
  private static final int LONGER_THAN_THE_LEASE = 63;

  private static S3Server s3;
  private static HdfsServer hdfs;

  @BeforeAll
  static void start() {
    s3 = S3Server.start();
    hdfs = HdfsServer.start(2);
  }

  @AfterAll
  static void stop() {
    Stream.of(s3, hdfs).filter(Objects::nonNull).forEach(StoreServer::close);
  }

  @Test
  void aFullDiskEndsTheRunWithSixAndKeepsTheLastCheckpoint() {
    try (SmallDisk disk = SmallDisk.mount()) {
      StoredPipeline pipeline = StoredPipeline.on(new LocalFolder(disk.folder()));
      assertEndsWithSixAndGoesOn(pipeline, disk::fill, disk::empty, "No space left on device");
    }
  }

  @Test
  void aDiskThatIsFullWhileTokenizingIsAStorageFailure() {
    try (SmallDisk disk = SmallDisk.mount()) {
      StoredPipeline pipeline = StoredPipeline.on(new LocalFolder(disk.folder()));
      disk.fillAllBut(8); // the mark that a table is being made, not the table
      Failure failure = assertThrows(Failure.class, () -> pipeline.tokenize("parquet"));
      assertEquals(ExitCode.STORAGE, failure.exitCode(), failure.getMessage());
      assertTrue(
          failure.getMessage().startsWith("Cannot write the feature table, the write failed: "),
          failure.getMessage());
      disk.empty();
      assertTrue(pipeline.tokenize("parquet").made());
    }
  }

  @Test
  void anExceededQuotaOfHdfsEndsTheRunWithSixAndKeepsTheLastCheckpoint() {
    StoredPipeline pipeline = StoredPipeline.on(hdfs);
    assertEndsWithSixAndGoesOn(
        pipeline,
        () -> setQuota(pipeline, 1),
        () -> setQuota(pipeline, HdfsConstants.QUOTA_RESET),
        "quota");
  }

  @Test
  void aFullBufferDiskOfS3EndsTheRunWithSixAndKeepsTheLastCheckpoint() {
    try (SmallDisk disk = SmallDisk.mount()) {
      StoreServer bucket = s3.bucketBehind(s3.endpoint(), "buffered");
      StoredPipeline pipeline =
          StoredPipeline.on(bufferedOn(disk, bucket, "fs.s3a.bucket.buffered."));
      assertEndsWithSixAndGoesOn(pipeline, disk::fill, disk::empty, "local director");
    }
  }

  @Test
  void s3AnsweringWith500And503ForAWhileIsOutlived() throws Exception {
    try (FaultyEndpoint endpoint = FaultyEndpoint.before(s3.endpoint())) {
      StoredPipeline pipeline = StoredPipeline.on(s3.bucketBehind(endpoint.address(), "refusing"));
      assertOutlived(pipeline, endpoint, 4);
    }
  }

  @Test
  @Tag("cluster")
  void anOutageLongerThanTheLeaseIsOutlivedWhenNobodyTookTheFolder() throws Exception {
    try (FaultyEndpoint endpoint = FaultyEndpoint.before(s3.endpoint());
        LoggedLines log = new LoggedLines()) {
      StoredPipeline pipeline = StoredPipeline.on(s3.bucketBehind(endpoint.address(), "away"));
      assertOutlived(pipeline, endpoint, LONGER_THAN_THE_LEASE);
      assertEquals(1, log.containing("nobody else took it, going on").size());
    }
  }

  @Test
  @Tag("cluster")
  void aRunWhoseFolderWasTakenDuringAnOutageWritesNoMoreAndEndsWithSeven() {
    StoreServer direct = s3.bucketBehind(s3.endpoint(), "taken-over");
    List<Lease> taken = new CopyOnWriteArrayList<>();
    try (FaultyEndpoint endpoint = FaultyEndpoint.before(s3.endpoint())) {
      StoredPipeline pipeline =
          StoredPipeline.on(s3.bucketBehind(endpoint.address(), "taken-over"));
      TrainRun run = pipeline.train("run");
      Store store = Store.with(direct.settings());
      String folder = pipeline.path("run");
      refuseInStepThree(
          run,
          endpoint,
          LONGER_THAN_THE_LEASE,
          () -> {
            taken.add(Lease.take(store, folder));
            endpoint.passOn();
          });
      Failure failure = assertThrows(Failure.class, run::run);
      assertEquals(ExitCode.HELD, failure.exitCode(), failure.getMessage());
      assertEquals(
          List.of(2L),
          new Checkpoints(store, folder).list().stream().map(Checkpoint::step).toList());
      taken.get(0).check();
    } finally {
      taken.forEach(Lease::close);
    }
  }

  @Test
  void aLostDataNodeIsNotNoticed() throws IOException {
    StoredPipeline pipeline = StoredPipeline.on(hdfs);
    TrainRun run = pipeline.train("run");
    MiniDFSCluster.DataNodeProperties[] stopped = {null};
    run.watched(
        line -> {
          if (line.startsWith("step 3/")) {
            stopped[0] = hdfs.cluster().stopDataNode(0);
          }
        });
    try {
      run.run();
      assertEquals(6, run.lines().size());
      assertArrayEquals(Undisturbed.run().adapter(), pipeline.adapter("run"));
    } finally {
      hdfs.cluster().restartDataNode(stopped[0]);
    }
  }

  private static void assertOutlived(StoredPipeline pipeline, FaultyEndpoint endpoint, int seconds)
      throws Exception {
    TrainRun run = pipeline.train("run");
    refuseInStepThree(run, endpoint, seconds, endpoint::passOn);
    run.run();
    assertTrue(endpoint.refused() > 0);
    assertEquals(6, run.lines().size(), "steps, none of them twice");
    assertArrayEquals(Undisturbed.run().adapter(), pipeline.adapter("run"));
  }

  private static void refuseInStepThree(
      TrainRun run, FaultyEndpoint endpoint, int seconds, Runnable then) {
    run.watched(
        line -> {
          if (line.startsWith("step 3/")) {
            endpoint.refuse();
            CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS).execute(then);
          }
        });
  }

  /** Breaks the store in step 3; after {@code mend} the run goes on from step 2. */
  private static void assertEndsWithSixAndGoesOn(
      StoredPipeline pipeline, Runnable fault, Runnable mend, String reason) {
    TrainRun broken = pipeline.train("run");
    boolean[] done = {false};
    broken.watched(
        line -> {
          if (line.startsWith("step 3/") && !done[0]) {
            done[0] = true;
            fault.run();
          }
        });
    Failure failure = assertThrows(Failure.class, broken::run);
    assertEquals(ExitCode.STORAGE, failure.exitCode());
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "Cannot go on training, the ranks failed 4 times in a row without a new checkpoint, at last: Cannot write the file, the store answered "),
        failure.getMessage());
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
    assertTrue(failure.getMessage().endsWith("newest checkpoint: step 2."), failure.getMessage());
    mend.run();
    TrainRun resumed = pipeline.train("run");
    resumed.run();
    assertTrue(resumed.lines().get(0).startsWith("step 3/6"), resumed.lines().get(0));
    assertArrayEquals(Undisturbed.run().adapter(), pipeline.adapter("run"));
  }

  private static void setQuota(StoredPipeline pipeline, long bytes) {
    try {
      hdfs.cluster()
          .getFileSystem()
          .setQuota(new Path(pipeline.path("run")), HdfsConstants.QUOTA_DONT_SET, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The least part of an upload that S3 takes: a buffer must have room for one. */
  private static StoreServer bufferedOn(SmallDisk disk, StoreServer server, String prefix) {
    Map<String, String> all = new HashMap<>(server.settings().hadoop());
    all.put(prefix + "buffer.dir", disk.folder().toString());
    all.put(prefix + "multipart.size", "5M");
    StorageSettings settings = new StorageSettings(all);
    return new StoreServer() {
      @Override
      public String root() {
        return server.root();
      }

      @Override
      public StorageSettings settings() {
        return settings;
      }

      @Override
      public void close() {}
    };
  }
}
