package org.sparklora.corpus;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** What each element of an iterator becomes: none, one or several, in order. */
public final class FlatRows<A, B> implements Iterator<B> {
  private final Iterator<A> source;
  private final Function<A, List<B>> map;
  private Iterator<B> ahead = List.<B>of().iterator();

  public FlatRows(Iterator<A> source, Function<A, List<B>> map) {
    this.source = source;
    this.map = map;
  }

  @Override
  public boolean hasNext() {
    while (!ahead.hasNext() && source.hasNext()) {
      ahead = map.apply(source.next()).iterator();
    }
    return ahead.hasNext();
  }

  @Override
  public B next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ahead.next();
  }
}
