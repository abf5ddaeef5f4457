package org.sparklora.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

/** One writer per output folder, on each store. */
@Tag("storage")
@Timeout(360)
class TestLeaseEverywhere {
  private static final Lease.Timing USUAL =
      new Lease.Timing(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMillis(30));

  /** Long enough for stores that tell times in seconds. */
  private static final Lease.Timing BRIEF =
      new Lease.Timing(Duration.ofMillis(300), Duration.ofSeconds(5), Duration.ofMillis(30));

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void aSecondRunIsRefusedUntilTheFirstCloses(TestedStore tested) {
    String folder = tested.newFolder();
    try (Lease first = Lease.take(tested.store(), folder, USUAL)) {
      first.check();
      Failure refused =
          assertThrows(Failure.class, () -> Lease.take(tested.store(), folder, USUAL));
      assertEquals(ExitCode.HELD, refused.exitCode());
      assertTrue(
          refused.getMessage().startsWith("Cannot write here, another live run holds the output"),
          refused.getMessage());
      assertEquals(1, leases(tested, folder).size());
    }
    assertEquals(List.of(), leases(tested, folder));
    Lease.take(tested.store(), folder, USUAL).close();
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void ofSeveralAtOnceAtMostOneWins(TestedStore tested) throws Exception {
    String folder = tested.newFolder();
    Callable<Optional<Lease>> taker = () -> attempt(tested, folder, USUAL);
    List<Lease> won =
        Together.run(List.of(taker, taker, taker, taker)).stream()
            .flatMap(Optional::stream)
            .toList();
    assertTrue(won.size() <= 1, won.size() + " leases at once");
    assertEquals(won.size(), leases(tested, folder).size());
    won.forEach(Lease::close);
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void aStaleOneOfAnotherMachineIsTakenOver(TestedStore tested) {
    String folder = tested.newFolder();
    String foreign = Store.child(folder, "_lease/foreign");
    tested.store().writeText(foreign, "cluster-host\nother boot\n77\n1234\n");
    Failure refused = assertThrows(Failure.class, () -> Lease.take(tested.store(), folder, BRIEF));
    assertTrue(
        refused.getMessage().contains("process 77 on cluster-host, last sign "),
        refused.getMessage());

    Lease taken = await(() -> attempt(tested, folder, BRIEF).orElse(null));

    assertFalse(tested.store().exists(foreign));
    taken.check();
    taken.close();
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void isRenewedAndStaysHeld(TestedStore tested) {
    String folder = tested.newFolder();
    try (Lease lease = Lease.take(tested.store(), folder, BRIEF)) {
      long first = leases(tested, folder).get(0).modifiedMillis();
      await(
          () -> {
            List<StoredFile> files = leases(tested, folder);
            return files.get(0).modifiedMillis() > first ? files : null;
          });
      lease.check();
      assertEquals(Optional.empty(), attempt(tested, folder, BRIEF));
    }
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void isLostWhenAnotherRunRemovedIt(TestedStore tested) {
    String folder = tested.newFolder();
    try (Lease lease = Lease.take(tested.store(), folder, BRIEF)) {
      tested.store().deleteTree(Store.child(folder, "_lease"));
      await(() -> lease.isLost() ? lease : null);
      assertEquals(ExitCode.HELD, assertThrows(Failure.class, lease::check).exitCode());
    }
    assertEquals(List.of(), leases(tested, folder));
  }

  private static Optional<Lease> attempt(TestedStore tested, String folder, Lease.Timing timing) {
    try {
      return Optional.of(Lease.take(tested.store(), folder, timing));
    } catch (Failure refused) {
      assertEquals(ExitCode.HELD, refused.exitCode(), refused.getMessage());
      return Optional.empty();
    }
  }

  private static List<StoredFile> leases(TestedStore tested, String folder) {
    return tested.store().list(Store.child(folder, "_lease"));
  }

  private static <T> T await(Supplier<T> attempt) {
    return Stream.generate(attempt)
        .peek(ignored -> LockSupport.parkNanos(50_000_000))
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }
}
