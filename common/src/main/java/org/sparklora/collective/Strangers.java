package org.sparklora.collective;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepted connections that have not proved the secret: few, for a short time, oldest first out.
 */
final class Strangers {
  private static final Logger LOG = LoggerFactory.getLogger(Strangers.class);
  private static final int LOGGED = 100;

  private final int most;
  private final long limit;
  // Key -> when it must have introduced itself, oldest first.
  private final Map<SelectionKey, Long> waiting = new LinkedHashMap<>();
  private int dropped;

  Strangers(ExchangeConfig config, int most) {
    this.most = most;
    this.limit = config.introduction().toNanos();
  }

  void add(SelectionKey key) {
    if (waiting.size() >= most) {
      drop(waiting.keySet().iterator().next(), "was the oldest of too many");
    }
    waiting.put(key, System.nanoTime() + limit);
  }

  /** It is no stranger any more. */
  void admit(SelectionKey key) {
    waiting.remove(key);
  }

  /** False if the connection is not a stranger's. */
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
