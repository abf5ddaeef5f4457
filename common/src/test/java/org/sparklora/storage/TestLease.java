package org.sparklora.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

@Timeout(300)
class TestLease {
  private static final Lease.Timing QUICK =
      new Lease.Timing(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMillis(30));
  private static final Lease.Timing RENEWING =
      new Lease.Timing(Duration.ofMillis(20), Duration.ofSeconds(60), Duration.ofMillis(30));

  /** Uncertain soon, and never renewed by itself. */
  private static final Lease.Timing FROZEN =
      new Lease.Timing(Duration.ofHours(1), Duration.ofMillis(50), Duration.ofMillis(1));

  /** Dead soon, by the store's clock. */
  private static final Lease.Timing SHORT =
      new Lease.Timing(Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ofMillis(10));

  private static final LeaseClaim NOBODY = LeaseClaim.of("--output_dir");
  private static final LeaseClaim PATIENT = NOBODY.waiting(Duration.ofSeconds(30));

  @TempDir Path folder;

  private final Store store = Store.local();

  @Test
  void aSecondRunIsRefusedWhileTheFirstLives() {
    Lease first = take(QUICK);
    Failure refused = assertThrows(Failure.class, () -> take(QUICK));
    assertEquals(ExitCode.HELD, refused.exitCode());
    assertTrue(
        refused
            .getMessage()
            .startsWith(
                "Cannot write here, another live run holds the output folder: process "
                    + ProcessHandle.current().pid()
                    + " on "),
        refused.getMessage());
    assertEquals(1, leases().size());

    first.close();
    take(QUICK).close();
    assertEquals(List.of(), leases());
  }

  @Test
  void ofManyAtOnceAtMostOneWins() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Lease>> runs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        runs.add(() -> take(QUICK));
      }
      int won = 0;
      for (Future<Lease> run : pool.invokeAll(runs)) {
        try {
          assertFalse(run.get().isLost());
          won++;
        } catch (ExecutionException e) {
          assertEquals(ExitCode.HELD, ((Failure) e.getCause()).exitCode());
        }
      }
      assertTrue(won <= 1, won + " leases at once");
      assertEquals(won, leases().size());
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void isRenewed() throws IOException {
    try (Lease lease = take(RENEWING)) {
      Path file = leases().get(0);
      Files.setLastModifiedTime(file, FileTime.fromMillis(0));
      await(() -> modified(file) > 0);
      lease.check();
    }
  }

  @Test
  void aLeaseLongNotRenewedByTheStoresClockIsDead() throws IOException {
    Path other = foreign("cluster-host\nother boot\n77\n1234\n");
    Files.setLastModifiedTime(
        other, FileTime.fromMillis(System.currentTimeMillis() - Duration.ofSeconds(61).toMillis()));
    try (Lease lease = take(QUICK)) {
      lease.check();
      assertFalse(Files.exists(other));
    }
  }

  @Test
  void aLeaseOfAnotherMachineIsAliveUntilThen() throws IOException {
    Path other = foreign("cluster-host\nother boot\n77\n1234\n");
    Failure refused = assertThrows(Failure.class, () -> take(QUICK));
    assertTrue(
        refused.getMessage().contains("process 77 on cluster-host, last sign 0 s ago"),
        refused.getMessage());
    assertEquals(List.of(other), leases());
  }

  @Test
  void aHalfWrittenLeaseIsAlive() throws IOException {
    foreign("");
    Failure refused = assertThrows(Failure.class, () -> take(QUICK));
    assertTrue(
        refused.getMessage().contains("folder: a process not named yet"), refused.getMessage());
  }

  @Test
  void aKilledProcessOfThisMachineIsDeadAtOnce() throws Exception {
    LeaseHolder self = LeaseHolder.current(NOBODY);
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    foreign(new LeaseHolder(self.host(), self.space(), process.pid(), "123", "", 0).text());
    try (Lease lease = take(QUICK)) {
      assertEquals(1, leases().size());
      lease.check();
    }
  }

  @Test
  void aHoldThatMayBeDeadIsWaitedForUntilItEnds() throws IOException {
    Path other = foreign("cluster-host\nother boot\n77\n1234\n");
    long start = System.nanoTime();
    try (Lease lease = Lease.take(store, folder.toString(), PATIENT, SHORT)) {
      lease.check();
      assertFalse(Files.exists(other));
      assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() > 1000);
    }
  }

  @Test
  void aHoldThatIsGivenBackMeanwhileIsTakenAtOnce() throws Exception {
    Path other = foreign("cluster-host\nother boot\n77\n1234\n");
    LeaseClaim claim = NOBODY.waiting(Duration.ofSeconds(30));
    Thread closing =
        new Thread(
            () -> {
              LockSupport.parkNanos(300_000_000L);
              other.toFile().delete();
            });
    closing.start();
    Lease.take(store, folder.toString(), claim, QUICK).close();
    closing.join();
  }

  @Test
  void aHoldThatIsRenewedMeanwhileIsARivals() throws IOException {
    Path other = foreign("cluster-host\nother boot\n77\n1234\napp_8\n1\n");
    Failure refused =
        assertThrows(Failure.class, () -> takeWhileRenewed(other, claimOf("app_9", 2)));
    assertEquals(ExitCode.HELD, refused.exitCode());
    assertTrue(
        refused.getMessage().contains("process 77 on cluster-host, app_8 attempt 1, last sign "),
        refused.getMessage());
  }

  @Test
  void anEarlierAttemptOfTheSameApplicationIsWaitedForAlsoWhileItStillRenews() throws IOException {
    Path other = foreign("cluster-host\nother boot\n77\n1234\napp_9\n1\n");
    takeWhileRenewed(other, claimOf("app_9", 2)).close();
    assertFalse(Files.exists(other));
  }

  @Test
  void aLaterAttemptOfTheSameApplicationIsARival() throws IOException {
    Path other = foreign("cluster-host\nother boot\n77\n1234\napp_9\n3\n");
    assertThrows(Failure.class, () -> takeWhileRenewed(other, claimOf("app_9", 2)));
  }

  @Test
  void whoWaitsNoLongerThanAllowedIsRefused() throws IOException {
    foreign("cluster-host\nother boot\n77\n1234\n");
    LeaseClaim claim = NOBODY.waiting(Duration.ofMillis(200));
    assertThrows(Failure.class, () -> Lease.take(store, folder.toString(), claim, QUICK));
  }

  @Test
  void aLiveProcessOfThisMachineIsNotWaitedFor() {
    LeaseClaim claim = NOBODY.waiting(Duration.ofHours(1));
    try (Lease first = take(QUICK)) {
      first.check();
      assertThrows(Failure.class, () -> Lease.take(store, folder.toString(), claim, QUICK));
    }
  }

  @Test
  void theHoldersOfAFolderAreNamed() throws IOException {
    assertEquals(List.of(), Lease.holders(store, folder.toString()));
    foreign("cluster-host\nother boot\n77\n1234\napp_9\n3\n");
    assertEquals(
        List.of("process 77 on cluster-host, app_9 attempt 3"),
        Lease.holders(store, folder.toString()));
  }

  private static LeaseClaim claimOf(String application, int attempt) {
    return new LeaseClaim("--output_dir", Duration.ofSeconds(30), application, attempt);
  }

  /** The other's file is written again once, after a while. */
  private Lease takeWhileRenewed(Path other, LeaseClaim claim) throws IOException {
    FileTime later = FileTime.fromMillis(Files.getLastModifiedTime(other).toMillis() + 1_000);
    Thread renewing =
        new Thread(
            () -> {
              LockSupport.parkNanos(500_000_000L);
              try {
                Files.setLastModifiedTime(other, later);
              } catch (IOException gone) {
                // then the test fails
              }
            });
    renewing.start();
    return Lease.take(store, folder.toString(), claim, SHORT);
  }

  @Test
  void aLivingProcessIsNotTakenForDead() {
    LeaseHolder self = LeaseHolder.current(new LeaseClaim("--x", Duration.ZERO, "app_7", 2));
    assertFalse(self.isKnownDead());
    assertTrue(self.isKnownAlive());
    assertEquals(self, LeaseHolder.parse(self.text()));
  }

  @Test
  void isLostWhenAnotherRunRemovedIt() throws IOException {
    try (Lease lease = take(RENEWING)) {
      Files.delete(leases().get(0));
      await(lease::isLost);
      Failure lost = assertThrows(Failure.class, lease::check);
      assertEquals(ExitCode.HELD, lost.exitCode());
      assertEquals(
          "Cannot go on writing, the hold on the output folder was lost: another run has removed it, "
              + folder
              + "/_lease (expected it renewed every 0 s). Run the command again; it resumes.",
          lost.getMessage());
      assertEquals(List.of(), leases());
    }
  }

  @Test
  void anUncertainLeaseIsTakenAgainWhenNobodyElseTookIt() {
    try (Lease lease = take(FROZEN)) {
      await(lease::isUncertain);
      assertFalse(lease.isLost());
      lease.check();
      assertEquals(1, leases().size());
    }
  }

  @Test
  void anUncertainLeaseIsLostWhenAnotherRunHoldsTheFolder() throws IOException {
    try (Lease lease = take(FROZEN)) {
      await(lease::isUncertain);
      Path other = foreign("cluster-host\nother boot\n77\n1234\n");
      Files.setLastModifiedTime(
          other, FileTime.fromMillis(System.currentTimeMillis() + Duration.ofHours(1).toMillis()));
      Failure lost = assertThrows(Failure.class, lease::check);
      assertEquals(ExitCode.HELD, lost.exitCode());
      assertTrue(
          lost.getMessage()
              .contains("lost: another run has taken it, process 77 on cluster-host, last sign "),
          lost.getMessage());
      assertTrue(lease.isLost());
      assertEquals(List.of(other), leases());
    }
  }

  @Test
  void anUncertainLeaseOfAStoreThatFailsIsAStorageFailureAndNotLost() throws IOException {
    try (Lease lease = take(FROZEN)) {
      await(lease::isUncertain);
      Path own = leases().get(0);
      Files.delete(own);
      Files.createDirectories(own.resolve("in the way"));
      Failure failure = assertThrows(Failure.class, lease::check);
      assertEquals(ExitCode.STORAGE, failure.exitCode());
      assertFalse(lease.isLost());
      Store.local().deleteTree(own.resolve("in the way").toString());
    }
  }

  private Lease take(Lease.Timing timing) {
    return Lease.take(store, folder.toString(), timing);
  }

  private Path foreign(String text) throws IOException {
    Path file = folder.resolve("_lease/foreign");
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private List<Path> leases() {
    return store.list(folder + "/_lease").stream().map(f -> Path.of(f.path())).toList();
  }

  private static long modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      return 0;
    }
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
