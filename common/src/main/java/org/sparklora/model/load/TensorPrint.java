package org.sparklora.model.load;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.sparklora.Sha256;
import org.sparklora.screen.ByteProgress;
import org.sparklora.weights.TensorInfo;
import org.sparklora.weights.WeightFolder;

/**
 * What tensors hold, as one hash each: SHA-256 over the hashes of pieces of 8 MiB of their elements
 * in row order, so that all cores can work at one tensor. See {@code docs/spec/adapter.md}.
 */
final class TensorPrint implements AutoCloseable {
  private static final int PIECE = 8 << 20;
  private static final int MOST_THREADS = 8;

  private final WeightFolder files;
  private final ExecutorService threads;
  private final ThreadLocal<ByteBuffer> space =
      ThreadLocal.withInitial(() -> ByteBuffer.allocate(PIECE));

  private TensorPrint(WeightFolder files) {
    this.files = files;
    int cores = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    this.threads = Executors.newFixedThreadPool(cores, TensorPrint::thread);
  }

  /** A line of each tensor, by name: name, type, shape and hash of the content. */
  static Map<String, String> of(WeightFolder files, List<TensorInfo> tensors) {
    long bytes = tensors.stream().mapToLong(TensorInfo::bytes).sum();
    try (TensorPrint print = new TensorPrint(files);
        ByteProgress progress = ByteProgress.of("hashing the base's weights", bytes)) {
      Map<String, List<CompletableFuture<byte[]>>> pieces = new TreeMap<>();
      tensors.forEach(info -> pieces.put(info.name(), print.pieces(info)));
      Map<String, String> lines = new TreeMap<>();
      for (TensorInfo info : tensors) {
        Sha256 content = new Sha256();
        pieces.get(info.name()).forEach(piece -> content.add(finished(piece)));
        progress.add(info.bytes());
        lines.put(info.name(), "%s %s %s".formatted(info.type(), info.shape(), content.hex()));
      }
      return lines;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "weights");
    thread.setDaemon(true);
    return thread;
  }

  private List<CompletableFuture<byte[]>> pieces(TensorInfo info) {
    List<CompletableFuture<byte[]>> pieces = new ArrayList<>();
    if (!info.isContiguous()) {
      pieces.add(CompletableFuture.supplyAsync(() -> ofView(info), threads));
      return pieces;
    }
    for (long at = 0; at < info.bytes(); at += PIECE) {
      long start = at;
      pieces.add(CompletableFuture.supplyAsync(() -> ofPiece(info, start), threads));
    }
    return pieces;
  }

  private byte[] ofPiece(TensorInfo info, long start) {
    int count = (int) Math.min(PIECE, info.bytes() - start);
    ByteBuffer piece = space.get().clear().limit(count);
    files.readInto(info, start, piece);
    return new Sha256().add(piece.flip()).bytes();
  }

  /** The hashes of all pieces of a tensor whose elements lie in another order. */
  private byte[] ofView(TensorInfo info) {
    ByteBuffer rows = files.read(info.name()).data();
    ByteBuffer hashes = ByteBuffer.allocate((rows.limit() / PIECE + 1) * Sha256.BYTES);
    for (int at = 0; at < rows.limit(); at += PIECE) {
      hashes.put(new Sha256().add(rows.slice(at, Math.min(PIECE, rows.limit() - at))).bytes());
    }
    byte[] all = new byte[hashes.flip().limit()];
    hashes.get(all);
    return all;
  }

  private static byte[] finished(CompletableFuture<byte[]> piece) {
    try {
      return piece.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
