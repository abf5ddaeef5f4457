package org.sparklora.tensor;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;

/**
 * An argument of kernels that many calls share, converted once: a tuple of what {@link Kernels}
 * takes, and of tuples. Any thread may use it.
 */
public final class NativeTuple {
  private final IValue value;

  private NativeTuple(IValue value) {
    this.value = value;
  }

  /** A tuple that lives until {@code owner} is closed. */
  public static NativeTuple of(NDManager owner, Object... parts) {
    IValue[] values = new IValue[parts.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Kernels.value(parts[i]);
    }
    IValue tuple = IValue.tupleFrom(values);
    for (IValue value : values) {
      value.close();
    }
    owner.attachInternal(tuple.getUid(), tuple);
    return new NativeTuple(tuple);
  }

  IValue value() {
    return value;
  }
}
