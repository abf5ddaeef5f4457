package org.sparklora.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;

/** Sends frames over one connection in order, several with one call. */
final class Outbox {
  private static final int FRAMES_AT_ONCE = 4;

  private final Queue<OutFrame> control = new ArrayDeque<>();
  // What is left of the frames handed out: headers and payloads in turn.
  private final List<ByteBuffer> begun = new ArrayList<>();

  /** Queues a frame that belongs to no operation; it is sent ahead of the operation's next one. */
  void add(OutFrame urgent) {
    control.add(urgent);
  }

  /** Whether no frame is begun or queued. */
  boolean isIdle() {
    return begun.isEmpty() && control.isEmpty();
  }

  /** Sends until nothing is ready (true) or the connection takes no more (false). */
  boolean send(Wire wire, Supplier<OutFrame> ready) throws IOException {
    while (hasFrames(ready)) {
      wire.write(begun.toArray(ByteBuffer[]::new));
      begun.removeIf(bytes -> !bytes.hasRemaining());
      if (!begun.isEmpty()) {
        return false;
      }
    }
    return wire.flush();
  }

  private boolean hasFrames(Supplier<OutFrame> ready) {
    while (begun.size() < 2 * FRAMES_AT_ONCE) {
      OutFrame frame = control.isEmpty() ? ready.get() : control.remove();
      if (frame == null) {
        break;
      }
      begun.add(frame.headerBytes());
      begun.add(frame.payload());
    }
    return !begun.isEmpty();
  }
}
