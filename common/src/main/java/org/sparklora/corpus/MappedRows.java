package org.sparklora.corpus;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/** Maps an iterator's elements and passes over those that map to nothing. */
public final class MappedRows<A, B> implements Iterator<B> {
  private final Iterator<A> source;
  private final Function<A, Optional<B>> map;
  private Optional<B> ahead = Optional.empty();

  public MappedRows(Iterator<A> source, Function<A, Optional<B>> map) {
    this.source = source;
    this.map = map;
  }

  @Override
  public boolean hasNext() {
    while (ahead.isEmpty() && source.hasNext()) {
      ahead = map.apply(source.next());
    }
    return ahead.isPresent();
  }

  @Override
  public B next() {
    if (ahead.isEmpty() && !hasNext()) {
      throw new NoSuchElementException();
    }
    B next = ahead.get();
    ahead = Optional.empty();
    return next;
  }
}
