package org.sparklora.collective;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of one connection, never blocking, plain or encrypted. Used by one thread at a time.
 */
interface Wire extends Closeable {
  /** Bytes put into the buffers, one after the other; 0 if there are none now, -1 at the end. */
  long read(ByteBuffer... into) throws IOException;

  /** Takes bytes from the buffers, one after the other, as long as the connection swallows them. */
  void write(ByteBuffer... from) throws IOException;

  /** Whether all that was taken is with the operating system; tries to get it there. */
  boolean flush() throws IOException;

  /** Whether writing can go on only after something was received. */
  boolean awaitsInput();

  /** Whether bytes are held here that {@link #read} could give though the socket is quiet. */
  boolean holdsInput();
}
