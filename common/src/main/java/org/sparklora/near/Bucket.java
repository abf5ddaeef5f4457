package org.sparklora.near;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The texts that share a key, one after another: each is compared with those before it, but with at
 * most {@value MOST}, so that neither memory nor time grows with the square of a bucket. What hangs
 * together already is not said again. For one thread.
 */
public final class Bucket {
  private static final int MOST = 64;

  private final double threshold;
  private final Deque<Kept> before = new ArrayDeque<>();

  public Bucket(double threshold) {
    this.threshold = threshold;
  }

  /** A text, and the first of those that it hangs together with. */
  private static final class Kept {
    final NearText text;
    long component;

    Kept(NearText text) {
      this.text = text;
      this.component = text.id();
    }
  }

  /** Adds a text; of each group of the earlier ones to which it is near the id of one text. */
  public List<Long> add(NearText text) {
    Kept added = new Kept(text);
    List<Long> near = new ArrayList<>();
    for (Kept other : before) {
      if (other.component != added.component && other.text.jaccard(text) >= threshold) {
        near.add(other.text.id());
        join(other.component, added);
      }
    }
    keep(added, !near.isEmpty());
    return near;
  }

  private void join(long component, Kept added) {
    long both = added.component;
    added.component = component;
    before.stream().filter(k -> k.component == both).forEach(k -> k.component = component);
  }

  /** Where there is no room, one that is near another says nothing new. */
  private void keep(Kept added, boolean isNear) {
    if (before.size() < MOST || !isNear) {
      before.addLast(added);
    }
    if (before.size() > MOST) {
      before.removeFirst();
    }
  }
}
