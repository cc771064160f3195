package io.penstock.trail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** RFC 6962, section 2.1, word by word over a list of leaves: slow, and easy to believe. */
final class NaiveTree {
  final List<Hash> leaves = new ArrayList<>();

  static NaiveTree of(int size) {
    NaiveTree tree = new NaiveTree();
    for (int i = 0; i < size; i++) {
      tree.leaves.add(Hash.leaf(entry(i)));
    }
    return tree;
  }

  static byte[] entry(int index) {
    return ("entry " + index).getBytes(StandardCharsets.UTF_8);
  }

  Hash root(int size) {
    return root(leaves.subList(0, size));
  }

  private static Hash root(List<Hash> leaves) {
    if (leaves.isEmpty()) {
      return Hash.EMPTY_ROOT;
    }
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int k = Integer.highestOneBit(leaves.size() - 1);
    return Hash.node(root(leaves.subList(0, k)), root(leaves.subList(k, leaves.size())));
  }

  List<Hash> inclusion(int index, int size) {
    List<Hash> proof = new ArrayList<>();
    path(index, leaves.subList(0, size), proof);
    return proof;
  }

  private static void path(int index, List<Hash> leaves, List<Hash> proof) {
    if (leaves.size() == 1) {
      return;
    }
    int k = Integer.highestOneBit(leaves.size() - 1);
    List<Hash> left = leaves.subList(0, k);
    List<Hash> right = leaves.subList(k, leaves.size());
    if (index < k) {
      path(index, left, proof);
      proof.add(root(right));
    } else {
      path(index - k, right, proof);
      proof.add(root(left));
    }
  }

  List<Hash> consistency(int old, int size) {
    List<Hash> proof = new ArrayList<>();
    if (old > 0 && old < size) {
      subproof(old, leaves.subList(0, size), true, proof);
    }
    return proof;
  }

  private static void subproof(int m, List<Hash> leaves, boolean whole, List<Hash> proof) {
    if (m == leaves.size()) {
      if (!whole) {
        proof.add(root(leaves));
      }
      return;
    }
    int k = Integer.highestOneBit(leaves.size() - 1);
    List<Hash> left = leaves.subList(0, k);
    List<Hash> right = leaves.subList(k, leaves.size());
    if (m <= k) {
      subproof(m, left, whole, proof);
      proof.add(root(right));
    } else {
      subproof(m - k, right, false, proof);
      proof.add(root(left));
    }
  }
}
