package org.sparklora.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * The kernel module: calls the functions of {@code kernels.py} by name, without autograd.
 *
 * <p>Not thread safe: each computing thread loads its own. Arguments may be {@code NDArray}, {@code
 * NDArray[]}, {@code NDArray[][]}, {@code long[]}, {@code double[]}, {@code Boolean}, {@code
 * Integer}, {@code Long}, {@code Double}, {@code String} and {@link NativeTuple}.
 */
public final class Kernels implements AutoCloseable {
  private final PtSymbolBlock module;

  private Kernels(PtSymbolBlock module) {
    this.module = module;
  }

  /** Loads the module; it lives until it is closed or the manager is. */
  public static Kernels load(NDManager manager) {
    return load(manager, "kernels.py");
  }

  /** Loads another text. */
  static Kernels load(NDManager manager, String text) {
    try {
      return new Kernels(
          JniUtils.loadModule(
              (PtNDManager) manager,
              new ByteArrayInputStream(KernelArchive.of(text)),
              false,
              false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a kernel that changes its arguments and returns nothing. */
  public void run(String kernel, Object... arguments) {
    call(kernel, arguments).close();
  }

  /** Runs a kernel that returns one tensor, attached to {@code owner}. */
  public NDArray tensor(NDManager owner, String kernel, Object... arguments) {
    try (IValue result = call(kernel, arguments)) {
      return result.toTensor((PtNDManager) owner);
    }
  }

  /** Runs a kernel that returns a list of tensors, attached to {@code owner}. */
  public NDArray[] tensors(NDManager owner, String kernel, Object... arguments) {
    try (IValue result = call(kernel, arguments)) {
      return result.toTensorArray((PtNDManager) owner);
    }
  }

  /** Runs a kernel that returns one number. */
  public double number(String kernel, Object... arguments) {
    try (IValue result = call(kernel, arguments)) {
      return result.toDouble();
    }
  }

  @Override
  public void close() {
    module.close();
  }

  private IValue call(String kernel, Object... arguments) {
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = arguments[i] instanceof NativeTuple tuple ? tuple.value() : value(arguments[i]);
      }
      return IValueUtils.runMethod(module, kernel, values);
    } finally {
      for (int i = 0; i < values.length; i++) {
        if (values[i] != null && !(arguments[i] instanceof NativeTuple)) {
          values[i].close();
        }
      }
    }
  }

  /** The caller closes it. */
  static IValue value(Object argument) {
    if (argument instanceof PtNDArray tensor) {
      return IValue.from(tensor);
    } else if (argument instanceof NDArray[] tensors) {
      return IValue.listFrom(Arrays.copyOf(tensors, tensors.length, PtNDArray[].class));
    } else if (argument instanceof NDArray[][] lists) {
      return list(lists);
    } else if (argument instanceof long[] list) {
      return IValue.listFrom(list);
    } else if (argument instanceof double[] list) {
      return IValue.listFrom(list);
    } else if (argument instanceof Boolean flag) {
      return IValue.from(flag.booleanValue());
    } else if (argument instanceof Integer || argument instanceof Long) {
      return IValue.from(((Number) argument).longValue());
    } else if (argument instanceof Double number) {
      return IValue.from(number.doubleValue());
    }
    return IValue.from((String) argument);
  }

  private static IValue list(NDArray[][] lists) {
    IValue[] values = Arrays.stream(lists).map(Kernels::value).toArray(IValue[]::new);
    IValue list = IValue.listFrom(values);
    for (IValue value : values) {
      value.close();
    }
    return list;
  }
}
