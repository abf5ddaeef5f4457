package org.sparklora.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;

/** Sends frames over one connection, each completely before the next. */
final class Outbox {
  private final Queue<OutFrame> control = new ArrayDeque<>();
  private OutFrame frame;
  private int sent;

  /** Queues a frame that belongs to no operation; it goes before the operation's next one. */
  void add(OutFrame urgent) {
    control.add(urgent);
  }

  /** Whether no frame is begun or queued. */
  boolean isIdle() {
    return frame == null && control.isEmpty();
  }

  /** Sends until there is nothing ready (true) or the connection takes no more (false). */
  boolean send(Wire wire, ByteBuffer scratch, Supplier<OutFrame> ready) throws IOException {
    while (hasFrame(ready)) {
      frame.fill(sent, scratch.clear());
      int start = scratch.position();
      wire.write(scratch);
      sent += scratch.position() - start;
      if (sent < frame.bytes()) {
        return false;
      }
      frame = null;
    }
    return wire.flush();
  }

  private boolean hasFrame(Supplier<OutFrame> ready) {
    if (frame == null) {
      frame = control.isEmpty() ? ready.get() : control.remove();
      sent = 0;
    }
    return frame != null;
  }
}
