package io.penstock.bench;

import java.util.Optional;

/** One of those that are measured in turn. Each run starts from the same state. */
interface Side {
  /** Short, for the table. */
  String name();

  /** In words: what is timed. */
  String what();

  /** Makes the state that a run starts from; not timed. */
  void prepare() throws Exception;

  /** What is timed. */
  void run() throws Exception;

  /** What the run left, read back; empty when its output goes nowhere. Not timed. */
  Optional<Content> verify() throws Exception;

  /** Removes what the run left; not timed. */
  void clear() throws Exception;
}
