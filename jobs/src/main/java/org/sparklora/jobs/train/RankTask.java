package org.sparklora.jobs.train;

import ai.djl.engine.EngineException;
import java.util.Iterator;
import org.apache.spark.SparkEnv;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.collective.AllReduce;
import org.sparklora.collective.ExchangeConfig;
import org.sparklora.collective.PeerLost;
import org.sparklora.collective.SocketAllReduce;
import org.sparklora.jobs.spark.BarrierStage;
import org.sparklora.jobs.spark.DriverClient;
import org.sparklora.jobs.spark.DriverRendezvous;
import org.sparklora.jobs.spark.ExecutorHost;
import org.sparklora.jobs.spark.RankDevices;
import org.sparklora.metric.LoggedStep;
import org.sparklora.screen.Screen;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.DeviceFault;
import org.sparklora.tensor.MemoryUse;
import org.sparklora.tensor.TorchEngine;
import org.sparklora.train.EvaluationReport;
import org.sparklora.train.Orders;
import org.sparklora.train.Progress;
import org.sparklora.train.ProgressLines;
import org.sparklora.train.RankServices;
import org.sparklora.train.RankSetup;
import org.sparklora.train.RankTrainer;
import org.sparklora.train.RunSettings;
import org.sparklora.train.Segment;
import org.sparklora.train.SegmentResult;
import org.sparklora.train.StepReport;
import org.sparklora.train.TrainerCache;
import scala.Tuple2;

/** One rank of an attempt, as a task of its barrier stage. */
record RankTask(
    RunSettings run,
    Segment segment,
    RankSetup setup,
    RankDevices devices,
    ExchangeConfig exchange,
    StageCounts counts)
    implements BarrierStage.Work<Tuple2<PlanKey, int[]>, SegmentResult> {
  private static final long serialVersionUID = 1L;
  private static final String DRIVER = "driver"; // the executor of a local master
  private static final Log LOG = Log.of(RankTask.class);

  /** Where the driver hears of a run's ranks. */
  static String endpointName(RunSettings run) {
    return "sparklora-" + run.runId();
  }

  @Override
  public SegmentResult run(Iterator<Tuple2<PlanKey, int[]>> rows) {
    DriverClient driver = DriverClient.to(endpointName(run));
    return told(driver, () -> joinAndTrain(rows, driver));
  }

  private SegmentResult joinAndTrain(Iterator<Tuple2<PlanKey, int[]>> rows, DriverClient driver) {
    DriverRendezvous rendezvous = new DriverRendezvous(driver);
    String host = ExecutorHost.current();
    try (AllReduce peers =
        SocketAllReduce.join(
            exchange.onHost(host), rendezvous.rank(), rendezvous.ranks(), rendezvous)) {
      // Told here already: closing the connections makes the others fail too.
      return told(driver, () -> train(rows, peers, driver));
    }
  }

  /** What went wrong is told to the driver before the other ranks lose this one. */
  private static SegmentResult told(DriverClient driver, Training training) {
    try {
      return training.run();
    } catch (Failure failure) {
      driver.failed(failure);
      throw failure;
    } catch (PeerLost loss) {
      // A rank whose task is being stopped misses nobody: Spark knows why it stops it.
      if (!Thread.currentThread().isInterrupted()) {
        driver.lost(loss);
      }
      throw loss;
    } catch (EngineException e) {
      if (DeviceFault.isLost(e)) {
        driver.failed(lost(e));
      }
      throw e;
    }
  }

  /** Another attempt, on another executor, may succeed. */
  private static Failure lost(EngineException e) {
    return new Failure(
        ExitCode.WORKERS,
        "Cannot go on computing, the GPU of a rank failed: on %s (expected it to compute). Its executor is given up; look for Xid errors in that host's kernel log. There: %s"
            .formatted(ExecutorHost.current(), DeviceFault.said(e)));
  }

  private interface Training {
    SegmentResult run();
  }

  private SegmentResult train(
      Iterator<Tuple2<PlanKey, int[]>> rows, AllReduce peers, DriverClient driver) {
    DeviceAddress device = devices.here();
    RankTrainer trainer =
        TrainerCache.here().take(run, device, () -> load(device, peers.rank(), driver));
    boolean lost = false;
    try {
      // Both settings belong to a thread, and this may be another one than last time.
      TorchEngine.start(setup.threads());
      ProgressLines lines =
          new ProgressLines(run.config().saving().loggingSteps(), driver::progress);
      Orders orders = peers.rank() == 0 ? new DriverOrders(driver) : () -> false;
      SegmentResult result =
          trainer.train(
              segment,
              PlannedRows.unpacked(rows),
              peers,
              new RankServices(setup, orders, new Told(lines, counts, driver)));
      logMemory("after step " + result.step(), device);
      return result;
    } catch (EngineException e) {
      lost = DeviceFault.isLost(e);
      throw e;
    } finally {
      if (!lost) { // else nothing on it can be used, nor freed
        TrainerCache.here().giveBack(run, device, trainer);
      }
    }
  }

  /** What a rank tells goes to the driver and to the page of its stage. */
  private record Told(ProgressLines lines, StageCounts counts, DriverClient driver)
      implements Progress {
    @Override
    public void step(StepReport report) {
      counts.add(report);
      lines.step(report);
    }

    @Override
    public void evaluating(long step, long rows) {
      lines.evaluating(step, rows);
    }

    @Override
    public void evaluated(EvaluationReport report) {
      lines.evaluated(report);
    }

    @Override
    public void news(String line) {
      lines.news(line);
    }

    @Override
    public void logged(LoggedStep step) {
      driver.figures(step.json());
    }
  }

  /** What the driver says, for the rank that writes. */
  private record DriverOrders(DriverClient driver) implements Orders {
    @Override
    public boolean stop() {
      return driver.stopAsked();
    }

    @Override
    public void awaitRightToWrite() {
      driver.awaitRightToWrite();
    }
  }

  /** What rank 0's executor shows of it, the driver shows too where it is another process. */
  private RankTrainer load(DeviceAddress device, int rank, DriverClient driver) {
    Screen screen = Screen.ofProcess();
    if (rank == 0 && !SparkEnv.get().executorId().equals(DRIVER)) {
      screen.tells(line -> driver.progress("rank 0 is " + line));
    }
    try {
      RankTrainer trainer = RankTrainer.open(run, setup, device);
      logMemory("after loading", device);
      return trainer;
    } finally {
      screen.silent();
    }
  }

  private static void logMemory(String when, DeviceAddress device) {
    LOG.info("Memory {}: {}", when, MemoryUse.now(TorchEngine.device(device)));
  }
}
