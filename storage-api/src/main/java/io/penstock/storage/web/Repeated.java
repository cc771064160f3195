package io.penstock.storage.web;

import java.util.AbstractList;
import java.util.List;

/**
 * The values of a plain name that a query or form repeats, {@code a=1&a=2}: a list where one is
 * asked for, and the last of them where a single value is, as PHP reads it.
 */
final class Repeated extends AbstractList<Object> {
  private final List<Object> values;

  Repeated(List<Object> values) {
    this.values = values;
  }

  @Override
  public Object get(int index) {
    return values.get(index);
  }

  @Override
  public int size() {
    return values.size();
  }
}
