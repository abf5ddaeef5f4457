package org.sparklora.storage;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Iterator;

/** What goes on reading or writing after it was opened, looked at by {@link StoreWatch}. */
final class WatchedStreams {
  private WatchedStreams() {}

  static InputStream input(String path, InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        return StoreWatch.during("read the file", path, in::read);
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        return StoreWatch.during("read the file", path, () -> in.read(into, from, length));
      }
    };
  }

  static OutputStream output(String path, OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(int one) throws IOException {
        during(() -> out.write(one));
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        during(() -> out.write(bytes, from, length));
      }

      @Override
      public void flush() throws IOException {
        during(out::flush);
      }

      @Override
      public void close() throws IOException {
        during(out::close);
      }

      private void during(Step step) throws IOException {
        StoreWatch.during(
            "write the file",
            path,
            () -> {
              step.run();
              return true;
            });
      }
    };
  }

  /** Rows that another reader takes from a store. */
  static <T> Iterator<T> rows(String path, Iterator<T> rows) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return watched(rows::hasNext);
      }

      @Override
      public T next() {
        return watched(rows::next);
      }

      private <V> V watched(StoreWatch.Call<V> call) {
        try {
          return StoreWatch.during("read rows of", path, call);
        } catch (IOException e) {
          throw new IllegalStateException("an iterator declares none", e);
        }
      }
    };
  }

  private interface Step {
    void run() throws IOException;
  }
}
