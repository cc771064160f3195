package io.penstock.trail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether proofs hold, without a log at hand (RFC 9162, sections 2.1.3.2 and 2.1.4.2). */
public final class Proofs {

  private Proofs() {}

  /** Whether the leaf stands at the index of the tree with that root. */
  public static boolean included(Hash leaf, long index, long size, List<Hash> proof, Hash root) {
    if (index < 0 || index >= size) {
      return false;
    }
    long fn = index;
    long sn = size - 1;
    Hash hash = leaf;
    for (Hash beside : proof) {
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        hash = Hash.node(beside, hash);
        int up = (fn & 1) == 1 ? 0 : Long.numberOfTrailingZeros(fn);
        fn >>= up;
        sn >>= up;
      } else {
        hash = Hash.node(hash, beside);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 && hash.equals(root);
  }

  /** Whether the tree of the old size and root is the beginning of the other. */
  public static boolean consistent(
      long oldSize, Hash oldRoot, long size, Hash root, List<Hash> proof) {
    if (oldSize < 0 || oldSize > size) {
      return false;
    }
    if (oldSize == 0) {
      return proof.isEmpty()
          && oldRoot.equals(Hash.EMPTY_ROOT)
          && (size > 0 || root.equals(Hash.EMPTY_ROOT));
    }
    if (oldSize == size) {
      return proof.isEmpty() && oldRoot.equals(root);
    }
    boolean complete = Long.bitCount(oldSize) == 1;
    if (!complete && proof.isEmpty()) {
      return false;
    }
    Hash first = complete ? oldRoot : proof.getFirst();
    return new Roots(oldRoot, root)
        .equals(led(oldSize, size, first, complete ? proof : proof.subList(1, proof.size())));
  }

  /** The two roots that a proof leads to; null when it has a wrong length. */
  private static @Nullable Roots led(long oldSize, long size, Hash first, List<Hash> proof) {
    int shift = Long.numberOfTrailingZeros(oldSize);
    long fn = (oldSize - 1) >> shift;
    long sn = (size - 1) >> shift;
    Hash fr = first;
    Hash sr = first;
    for (Hash beside : proof) {
      if (sn == 0) {
        return null;
      }
      if ((fn & 1) == 1 || fn == sn) {
        fr = Hash.node(beside, fr);
        sr = Hash.node(beside, sr);
        int up = (fn & 1) == 1 ? 0 : Long.numberOfTrailingZeros(fn);
        fn >>= up;
        sn >>= up;
      } else {
        sr = Hash.node(sr, beside);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 ? new Roots(fr, sr) : null;
  }

  private record Roots(Hash old, Hash current) {}
}
