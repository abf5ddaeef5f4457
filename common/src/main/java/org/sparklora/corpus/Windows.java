package org.sparklora.corpus;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * What is made of a partition's rows, some at a time, in the memory of that many.
 *
 * @param <A> a row
 * @param <B> what is made of it
 */
public final class Windows<A, B> implements Iterator<B> {
  private final Iterator<A> rows;
  private final int most;
  private final Function<List<A>, List<B>> work;
  private Iterator<B> window = List.<B>of().iterator();

  /**
   * Takes at most so many rows at a time.
   *
   * @param work makes one of each row, in their order
   */
  public Windows(Iterator<A> rows, int most, Function<List<A>, List<B>> work) {
    this.rows = rows;
    this.most = most;
    this.work = work;
  }

  @Override
  public boolean hasNext() {
    if (!window.hasNext() && rows.hasNext()) {
      List<A> next = new ArrayList<>();
      while (next.size() < most && rows.hasNext()) {
        next.add(rows.next());
      }
      window = work.apply(next).iterator();
    }
    return window.hasNext();
  }

  @Override
  public B next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return window.next();
  }
}
