package io.penstock.trail.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Collects what is wrong: what belongs together as one, and no more than a person reads. */
final class Findings {
  private static final int MOST = 200;

  private final List<Finding> found = new ArrayList<>();
  private long more;

  void add(Finding finding) {
    for (int i = found.size() - 1; i >= 0 && i >= found.size() - 8; i--) {
      if (found.get(i).continuedBy(finding)) {
        found.set(i, found.get(i).with(finding));
        return;
      }
    }
    if (found.size() < MOST) {
      found.add(finding);
    } else {
      more++;
    }
  }

  /** What was not found before. */
  void addNew(Findings others) {
    others.found.stream().filter(other -> !found.contains(other)).toList().forEach(this::add);
  }

  void addAll(Findings others) {
    others.found.forEach(this::add);
    more += others.more;
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /** Whether it holds for every one, as far as they are known. */
  boolean all(Predicate<Finding> condition) {
    return more == 0 && found.stream().allMatch(condition);
  }

  /** Those about the log as a whole first, then in the order of records. */
  List<Finding> list() {
    return found.stream().sorted(Comparator.comparingLong(Finding::first)).toList();
  }

  /** How many there are beyond {@link #list}. */
  long more() {
    return more;
  }
}
