package org.sparklora.tensor;

/**
 * A GPU failed under this process, which cannot compute any more. One of the errors at which Spark
 * ends an executor, so that its manager starts another.
 */
public final class LostDevice extends VirtualMachineError {
  private static final long serialVersionUID = 1L;

  /** Says what libtorch said. */
  public LostDevice(String said) {
    super("The GPU failed, so this process ends: " + said);
  }
}
