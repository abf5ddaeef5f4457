package org.sparklora.model.load;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.sparklora.screen.ByteProgress;
import org.sparklora.storage.SeekableInput;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.TorchEngine;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.TensorInfo;

/**
 * Stored tensors copied into memory in the wanted type, in the order of the files: one thread reads
 * slices ahead, others convert them.
 */
final class TensorStream implements AutoCloseable {
  private static final int SLICE = 2 << 20;
  private static final int AHEAD = 16;

  /** Most elements that torch converts without threads of its own. */
  private static final int STEP = 1 << 15;

  private final BaseWeights base;
  private final ElementType wanted;
  private final Kernels kernels;
  private final NDManager owner;
  private final NDManager scratch;
  private final ExecutorService reader;
  private final ExecutorService converters;
  private final ThreadLocal<Kernels> converterKernels;
  private final Iterator<TensorInfo> coming;
  private final Deque<CompletableFuture<Slice>> ahead = new ArrayDeque<>();
  private final Map<String, NDArray> loaded = new HashMap<>();
  private final int step;
  private final ByteProgress progress;
  private Slice latest;

  /** Will bring {@code tensors}, with this many converting threads; results belong to the owner. */
  TensorStream(
      BaseWeights base,
      List<TensorInfo> tensors,
      ComputeOptions options,
      Kernels kernels,
      NDManager owner,
      ByteProgress progress) {
    this.base = base;
    this.progress = progress;
    this.wanted = WeightLoader.elementType(options.type());
    this.kernels = kernels;
    this.owner = owner;
    this.scratch = owner.newSubManager();
    this.reader = Executors.newSingleThreadExecutor(TensorStream::thread);
    this.converters = Executors.newFixedThreadPool(options.threads(), TensorStream::thread);
    this.converterKernels = ThreadLocal.withInitial(() -> Kernels.load(scratch));
    this.coming = tensors.iterator();
    this.step = owner.getDevice().isGpu() ? SLICE : STEP;
    for (int i = 0; i < AHEAD; i++) {
      submit(scratch.allocateDirect(SLICE + SeekableInput.ROOM));
    }
  }

  /** One of the tensors, once; those before it in the files are kept until they are asked for. */
  NDArray load(String name) {
    while (!loaded.containsKey(name)) {
      Slice slice = finished(ahead.remove());
      progress.add(slice.bytes());
      if (slice.isLast()) {
        loaded.put(slice.info.name(), shaped(slice));
      }
      submit(slice.space);
    }
    return loaded.remove(name);
  }

  /** Waits for what was begun, then frees everything but the results. */
  @Override
  public void close() {
    ahead.forEach(slice -> slice.handle((done, failure) -> done).join());
    reader.shutdown();
    converters.shutdown();
    scratch.close();
  }

  private static Thread thread(Runnable work) {
    Runnable prepared =
        () -> {
          TorchEngine.prepareThread();
          work.run();
        };
    Thread thread = new Thread(prepared, "weights");
    thread.setDaemon(true);
    return thread;
  }

  /** Begins to read and convert the next slice, if there is one, by way of this space. */
  private void submit(ByteBuffer space) {
    if (latest != null && !latest.isLast()) {
      latest = new Slice(latest.info, latest.target, latest.start + latest.bytes(), space);
    } else if (coming.hasNext()) {
      TensorInfo info = coming.next();
      latest = new Slice(info, empty(info), 0, space);
    } else {
      return;
    }
    Slice slice = latest;
    ahead.add(
        CompletableFuture.supplyAsync(() -> read(slice), reader)
            .thenApplyAsync(bytes -> convert(slice, bytes), converters));
  }

  private NDArray empty(TensorInfo info) {
    long elements = info.bytes() / info.type().bytes();
    try (NDArray onDevice = owner.create(new Shape(1))) {
      return kernels.tensor(owner, "empty", onDevice, elements, wanted.torchCode());
    }
  }

  private ByteBuffer read(Slice slice) {
    TensorInfo info = slice.info;
    ByteBuffer bytes = base.files().readPiece(info, slice.start, slice.bytes(), slice.space);
    if (info.offset() % info.type().bytes() == 0) {
      return bytes;
    }
    return slice.space.put(0, bytes, 0, slice.bytes()).slice(0, slice.bytes());
  }

  private Slice convert(Slice slice, ByteBuffer bytes) {
    ElementType type = slice.info.type();
    long start = slice.start / type.bytes();
    try (NDManager scope = scratch.newSubManager()) {
      DataType shown = shown(type);
      long size = slice.bytes() / shown.getNumOfBytes();
      NDArray source = scope.create(bytes, new Shape(size), shown);
      converterKernels.get().run("fill_", slice.target, start, source, type.torchCode(), step);
    }
    return slice;
  }

  /**
   * The type under which DJL is shown the bytes: bf16 it does not know here, and would end the
   * process.
   */
  private static DataType shown(ElementType type) {
    return switch (type) {
      case F32 -> DataType.FLOAT32;
      case F16 -> DataType.FLOAT16;
      default -> DataType.INT8;
    };
  }

  private static Slice finished(CompletableFuture<Slice> slice) {
    try {
      return slice.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private NDArray shaped(Slice last) {
    TensorInfo info = last.info;
    try (NDArray flat = last.target) {
      return kernels.tensor(
          owner, "strided", flat, Mapping.longs(info.shape()), Mapping.longs(info.strides()), 0);
    }
  }

  /** Some of a tensor's bytes from {@code start}, for the flat {@code target}. */
  private record Slice(TensorInfo info, NDArray target, long start, ByteBuffer space) {
    int bytes() {
      return (int) Math.min(SLICE, info.bytes() - start);
    }

    boolean isLast() {
      return start + bytes() == info.bytes();
    }
  }
}
