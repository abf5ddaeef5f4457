package org.sparklora.answer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.sparklora.text.TokenCodec;

/** Codecs for threads that come and go: each has one for itself. */
final class CodecShelf implements AutoCloseable {
  private final Supplier<TokenCodec> open;
  private final Deque<TokenCodec> idle = new ArrayDeque<>();
  private boolean closed;

  CodecShelf(Supplier<TokenCodec> open) {
    this.open = open;
  }

  TokenCodec take() {
    synchronized (this) {
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    return open.get();
  }

  synchronized void giveBack(TokenCodec codec) {
    if (closed) {
      codec.close();
    } else {
      idle.push(codec);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(TokenCodec::close);
    idle.clear();
  }
}
