package org.sparklora.collective;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of one connection, never blocking, plain or encrypted. Used by one thread at a time.
 */
interface Wire extends Closeable {
  /**
   * Fills the buffers, one after the other; returns the bytes read, 0 if there are none now, -1 at
   * the end.
   */
  long read(ByteBuffer... into) throws IOException;

  /** Takes bytes from the buffers, one after the other, as long as the connection accepts them. */
  void write(ByteBuffer... from) throws IOException;

  /** Tries to hand all that was taken to the operating system; true once it has all. */
  boolean flush() throws IOException;

  /** Whether writing can continue only after something is received. */
  boolean awaitsInput();

  /** Whether {@link #read} could return bytes held here although the socket is quiet. */
  boolean holdsInput();
}
