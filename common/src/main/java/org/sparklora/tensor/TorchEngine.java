package org.sparklora.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import java.util.Optional;
import java.util.OptionalInt;
import org.sparklora.Failure;
import org.sparklora.HostName;
import org.sparklora.device.GpuDriver;
import org.sparklora.device.GpuState;

/** libtorch in this JVM: started once, then prepared in every thread that computes. */
public final class TorchEngine {
  private static final String NAME = "PyTorch";
  private static boolean started;

  private TorchEngine() {}

  /**
   * Starts libtorch without asking the network, and sets the threads of one computation. Calling it
   * again only changes the threads.
   */
  public static synchronized void start(int threads) {
    if (threads < 1) {
      throw Failure.usage(
          "Cannot start the tensor engine, the number of threads is too small: "
              + threads
              + " (expected at least 1). Give the executor at least one core.");
    }
    if (!started) {
      load();
      started = true;
    }
    JniUtils.setNumThreads(threads);
    prepareThread();
  }

  private static void load() {
    System.setProperty("ai.djl.offline", "true");
    try {
      NativeJars.ofProcess().during(() -> Engine.getEngine(NAME));
    } catch (EngineException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw Failure.cluster(
          "Cannot start the tensor engine, libtorch does not load: %s (expected the native jars among --jars, on the class path that the image gives, or in the folder that %s names; for another libtorch also PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and PYTORCH_FLAVOR that fit this machine). Check them and the GPU driver on this host."
              .formatted(cause.getMessage(), NativeJars.FOLDER),
          e);
    }
  }

  /** Must run first in every thread that calls kernels: both settings are per thread. */
  public static void prepareThread() {
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(false);
  }

  /** A new owner of native memory on the device; the caller closes it. */
  public static NDManager newManager(Device device) {
    return NDManager.newBaseManager(device, NAME);
  }

  /** The device behind an address. */
  public static Device device(DeviceAddress address) {
    if (address.processor() == Processor.CPU) {
      return Device.cpu();
    }
    OptionalInt gpus = LibtorchGpus.count();
    if (address.index() >= gpus.orElse(0)) {
      GpuDriver driver = GpuDriver.here();
      throw absent(address, gpus, driver.gpus().size(), driver.visibility());
    }
    return Device.gpu(address.index());
  }

  /**
   * What libtorch and the driver know beside it.
   *
   * @param gpus that libtorch finds; nothing where it is built for CPUs
   * @param ofDriver how many the driver tells of
   * @param visibility which of them this process may see
   */
  static Failure absent(DeviceAddress address, OptionalInt gpus, int ofDriver, String visibility) {
    return Failure.cluster(
        "Cannot use the device, there is none at this address: %s (expected cpu or a number below %d). %s"
            .formatted(address, gpus.orElse(0), known(gpus, ofDriver, visibility)));
  }

  private static String known(OptionalInt gpus, int ofDriver, String visibility) {
    String host = HostName.current();
    if (gpus.isEmpty()) {
      return "The libtorch on %s is built for CPUs, and the driver there tells of %d GPUs: name a libtorch for CUDA there by PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and PYTORCH_FLAVOR."
          .formatted(host, ofDriver);
    }
    if (gpus.getAsInt() == 0 && ofDriver > 0) {
      return "On %s libtorch finds none of the driver's %d GPUs, and %s: take a driver that is new enough for the CUDA of this libtorch, or change that setting."
          .formatted(host, ofDriver, visibility);
    }
    return "On %s libtorch finds %d GPUs and the driver %d, and %s: check the discovery script, the driver and that setting."
        .formatted(host, gpus.getAsInt(), ofDriver, visibility);
  }

  /** Gives back what libtorch keeps of a GPU's memory for later. */
  public static void releaseMemory(Device device) {
    if (device.isGpu()) {
      JniUtils.emptyCudaCache();
    }
  }

  /** GPUs that libtorch can use here. */
  public static int gpus() {
    return LibtorchGpus.count().orElse(0);
  }

  /** The driver's account of a GPU; nothing for a CPU, and where the driver does not answer. */
  public static Optional<GpuState> state(Device device) {
    return device.isGpu() ? GpuDriver.here().seenAs(device.getDeviceId()) : Optional.empty();
  }

  /** Which libtorch this is, and for what it is built, in a report's words. */
  public static String whereabouts() {
    String built = LibtorchGpus.count().isPresent() ? "CUDA" : "CPUs";
    return "%s for %s, of %s".formatted(version(), built, LibUtils.getLibtorchPath());
  }

  /** Engine and version, part of what makes two runs comparable bit by bit. */
  public static String version() {
    return NAME + " " + Engine.getEngine(NAME).getVersion();
  }
}
