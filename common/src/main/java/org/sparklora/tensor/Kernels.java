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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The kernel module: calls the functions of {@code kernels.py} by name, without autograd.
 *
 * <p>Not thread safe: each computing thread has its own. Arguments may be {@code NDArray}, {@code
 * NDArray[]}, {@code NDArray[][]}, {@code long[]}, {@code double[]}, {@code Boolean}, {@code
 * Integer}, {@code Long}, {@code Double}, {@code String} and {@link NativeTuple}.
 */
public final class Kernels implements AutoCloseable {
  private final AtomicReference<PtSymbolBlock> module;
  private final NDManager owner;
  private final Consumer<PtSymbolBlock> end;
  private final String id = NDManager.nextUid();

  private Kernels(PtSymbolBlock module, NDManager owner, Consumer<PtSymbolBlock> end) {
    this.module = new AtomicReference<>(module);
    this.owner = owner;
    this.end = end;
    owner.attachInternal(id, this);
  }

  /** The module for the caller alone, until it is closed or the manager is. */
  public static Kernels load(NDManager manager) {
    return new Kernels(IdleModules.take(), manager, IdleModules::giveBack);
  }

  /** Loads another text. */
  static Kernels load(NDManager manager, String text) {
    return new Kernels(module(manager, text), manager, PtSymbolBlock::close);
  }

  /** Reads a text, which takes libtorch a tenth of a second. */
  static PtSymbolBlock module(NDManager manager, String text) {
    try {
      return JniUtils.loadModule(
          (PtNDManager) manager, new ByteArrayInputStream(KernelArchive.of(text)), false, false);
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
    PtSymbolBlock last = module.getAndSet(null);
    if (last != null) {
      owner.detachInternal(id);
      end.accept(last);
    }
  }

  /** What it owns; null once that was given back. */
  PtSymbolBlock module() {
    return module.get();
  }

  private IValue call(String kernel, Object... arguments) {
    PtSymbolBlock open = module();
    if (open == null) {
      throw new IllegalStateException(
          "Cannot run a kernel, its module was given back: %s (expected it open)."
              .formatted(kernel));
    }
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = arguments[i] instanceof NativeTuple tuple ? tuple.value() : value(arguments[i]);
      }
      return IValueUtils.runMethod(open, kernel, values);
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
