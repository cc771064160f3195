package io.penstock.storage.web;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/**
 * The elements of an answer that is written while it is read: each page is asked for when the one
 * before has been taken, so that one of them is in memory. For one thread.
 */
public final class Parts<T> implements Iterator<T> {
  private final Supplier<List<T>> next;
  private Iterator<T> page;
  private boolean ended;

  /**
   * @param next the page that follows; empty: there is none
   */
  public Parts(List<T> first, Supplier<List<T>> next) {
    this.page = first.iterator();
    this.next = next;
  }

  @Override
  public boolean hasNext() {
    if (!page.hasNext() && !ended) {
      page = Collections.emptyIterator(); // before the next one is read
      List<T> following = next.get();
      ended = following.isEmpty();
      page = following.iterator();
    }
    return page.hasNext();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return page.next();
  }
}
