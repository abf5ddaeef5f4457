package org.sparklora.tensor;

import org.sparklora.Failure;

/** Starts the engine in a JVM of its own and says how that went. */
final class EngineStart {
  private EngineStart() {}

  public static void main(String[] arguments) {
    try {
      TorchEngine.start(1);
      System.out.println(TorchEngine.version());
    } catch (Failure failure) {
      System.out.println(failure.exitCode() + ": " + failure.getMessage());
    }
  }
}
