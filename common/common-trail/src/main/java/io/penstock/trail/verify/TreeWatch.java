package io.penstock.trail.verify;

import io.penstock.trail.Hash;
import io.penstock.trail.TreeEdge;
import java.util.List;

/** Looks on while the tree of a log is built anew. */
interface TreeWatch {

  /** The tree has grown by one leaf, or is empty. */
  default void grown(TreeEdge edge) {}

  /** The leaves behind those that were given before. */
  default void accept(List<Hash> leaves) {}

  /** All leaves were given. */
  default void finish() {}
}
