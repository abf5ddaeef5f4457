package org.sparklora.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

/** Writes that fail halfway, and leases over an outage that lasts longer than they do. */
@Tag("storage")
@Timeout(360)
class TestStoreFaults {
  private static final byte[] OLD = new byte[1_000];
  private static final byte[] LARGE = new byte[12 << 20];

  /** KiB: enough to buffer one part of an upload (5 MiB, the least that S3 takes), not two. */
  private static final int FIRST_PART_ONLY = 7 << 10;

  /** Stale after five seconds: stores tell times in seconds. */
  private static final Lease.Timing BRIEF =
      new Lease.Timing(Duration.ofMillis(200), Duration.ofSeconds(5), Duration.ofMillis(30));

  private static S3Server s3;

  @BeforeAll
  static void start() {
    s3 = S3Server.start();
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  @Test
  void aWriteThatFailsHalfwayLeavesTheOldObjectOnS3() {
    try (SmallDisk buffers = SmallDisk.mount()) {
      Store store = bufferedOn(buffers, "aborted");
      String path = "s3a://aborted/file";
      store.writeBytes(path, OLD);
      buffers.fillAllBut(FIRST_PART_ONLY);

      Failure full = assertThrows(Failure.class, () -> store.writeBytes(path, LARGE));

      assertEquals(ExitCode.STORAGE, full.exitCode());
      assertTrue(full.getMessage().contains("local director"), full.getMessage());
      assertArrayEquals(OLD, store.readBytes(path));
      assertThrows(Failure.class, () -> store.createNew(path + "-new", LARGE));
      assertFalse(store.exists(path + "-new"));
      buffers.empty();
      store.writeText(path, "new");
      assertEquals("new", store.readText(path));
    }
  }

  /** Why {@link Store#writeBytes} does not simply close: a stream on S3 then puts what it has. */
  @Test
  void aStreamThatIsClosedAfterAFailurePutsAPartOnS3() {
    try (SmallDisk buffers = SmallDisk.mount()) {
      Store store = bufferedOn(buffers, "closed");
      String path = "s3a://closed/file";
      buffers.fillAllBut(FIRST_PART_ONLY);
      assertThrows(
          IOException.class,
          () -> {
            try (OutputStream out = store.create(path)) {
              out.write(LARGE);
            }
          });
      assertTrue(store.length(path) < LARGE.length, "whole");
    }
  }

  @Test
  void aLeaseOutlivesAnOutageInWhichNobodyTookIt() {
    try (FaultyEndpoint endpoint = FaultyEndpoint.before(s3.endpoint())) {
      Store store = impatient(endpoint, "kept");
      try (Lease lease = Lease.take(store, "s3a://kept/run", BRIEF)) {
        endpoint.refuse();
        await(lease::isUncertain);
        assertEquals(ExitCode.STORAGE, assertThrows(Failure.class, lease::check).exitCode());
        endpoint.passOn();
        await(() -> !lease.isUncertain());
        assertFalse(lease.isLost());
        lease.check();
      }
    }
  }

  @Test
  void aLeaseThatAnotherRunTookDuringAnOutageIsLost() {
    try (FaultyEndpoint endpoint = FaultyEndpoint.before(s3.endpoint())) {
      Store store = impatient(endpoint, "taken");
      try (Lease lease = Lease.take(store, "s3a://taken/run", BRIEF)) {
        endpoint.refuse();
        await(lease::isUncertain);
        try (Lease other = Lease.take(direct("taken"), "s3a://taken/run", BRIEF)) {
          endpoint.passOn();
          await(lease::isLost);
          assertEquals(ExitCode.HELD, assertThrows(Failure.class, lease::check).exitCode());
          other.check();
        }
      }
    }
  }

  private static Store bufferedOn(SmallDisk disk, String bucket) {
    return with(s3.bucketBehind(s3.endpoint(), bucket), bucket, "buffer.dir", "" + disk.folder());
  }

  /** A client that gives up soon. */
  private static Store impatient(FaultyEndpoint endpoint, String bucket) {
    return with(s3.bucketBehind(endpoint.address(), bucket), bucket, "attempts.maximum", "1");
  }

  private static Store direct(String bucket) {
    return Store.with(s3.bucketBehind(s3.endpoint(), bucket).settings());
  }

  private static Store with(StoreServer server, String bucket, String key, String value) {
    Map<String, String> all = new HashMap<>(server.settings().hadoop());
    String prefix = "fs.s3a.bucket." + bucket + ".";
    all.put(prefix + key, value);
    all.put(prefix + "multipart.size", "5M");
    all.put(prefix + "retry.limit", "1");
    all.put(prefix + "retry.interval", "50ms");
    all.put(prefix + "retry.throttle.limit", "1");
    all.put(prefix + "retry.throttle.interval", "50ms");
    return Store.with(new StorageSettings(all));
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(20_000_000);
    }
  }
}
