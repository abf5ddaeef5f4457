package org.sparklora.collective;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sparklora.Log;

/**
 * Accepted connections that have not yet proved the secret: few, for a short time; when there are
 * too many the oldest is dropped.
 */
final class PendingConnections {
  private static final Log LOG = Log.of(PendingConnections.class);
  private static final int LOGGED = 100;

  private final int most;
  private final long limit;
  // Key -> when it must have proved the secret, oldest first.
  private final Map<SelectionKey, Long> waiting = new LinkedHashMap<>();
  private int dropped;

  PendingConnections(ExchangeConfig config, int most) {
    this.most = most;
    this.limit = config.handshakeTimeout().toNanos();
  }

  void add(SelectionKey key) {
    if (waiting.size() >= most) {
      drop(waiting.keySet().iterator().next(), "was the oldest of too many");
    }
    waiting.put(key, System.nanoTime() + limit);
  }

  /** The connection has proved the secret. */
  void admit(SelectionKey key) {
    waiting.remove(key);
  }

  /** False if the connection is not pending. */
  boolean drop(SelectionKey key, String why) {
    if (waiting.remove(key) == null) {
      return false;
    }
    dropped++;
    if (dropped <= LOGGED) {
      LOG.warn("Dropped a connection that is no peer's: it {} ({} so far)", why, dropped);
    }
    close(key);
    return true;
  }

  void dropLate() {
    long now = System.nanoTime();
    for (SelectionKey key : new ArrayList<>(waiting.keySet())) {
      if (now - waiting.get(key) > 0) {
        drop(key, "had not proved the run's secret in time");
      }
    }
  }

  void closeAll() {
    for (Iterator<SelectionKey> keys = waiting.keySet().iterator(); keys.hasNext(); ) {
      close(keys.next());
      keys.remove();
    }
  }

  private static void close(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      LOG.debug("Closing a stranger's connection failed", e);
    }
  }
}
