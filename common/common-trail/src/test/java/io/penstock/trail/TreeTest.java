package io.penstock.trail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TreeTest {
  private static final int LARGEST = 66_100;
  private static final NaiveTree NAIVE = NaiveTree.of(LARGEST);

  private final Random random = new Random(7);
  private final Map<String, byte[]> store = new HashMap<>();
  private final TileSource source = path -> Optional.ofNullable(store.get(path));

  /** The tree that the Certificate Transparency project tests its implementations with. */
  @Test
  void rootsAreThoseThatOthersPublished() {
    List<String> entries =
        List.of(
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f");
    List<String> roots =
        List.of(
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    TreeEdge edge = new TreeEdge();

    List<String> made = new ArrayList<>();
    for (String entry : entries) {
      edge.append(Hash.leaf(HexFormat.of().parseHex(entry)));
      made.add(edge.root().hex());
    }

    assertThat(made).isEqualTo(roots);
    assertThat(new TreeEdge().root().hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void edgeKnowsTheRootOfEverySize() {
    TreeEdge edge = new TreeEdge();
    for (int size = 1; size <= 1100; size++) {
      edge.append(NAIVE.leaves.get(size - 1));

      assertThat(edge.root()).as("size %d", size).isEqualTo(NAIVE.root(size));
    }
  }

  @Test
  void edgeGoesOnFromItsTilesWhereverItStopped() {
    TreeEdge edge = new TreeEdge();
    for (int size : List.of(1, 2, 255, 256, 257, 511, 512, 3000, 65_535, 65_536, 65_537, LARGEST)) {
      grow(edge, size);

      TreeEdge restored = TreeEdge.restore(source, size);

      assertThat(restored.root()).as("size %d", size).isEqualTo(NAIVE.root(size));
      assertThat(restored.size()).isEqualTo(size);
      edge = restored;
    }
  }

  @Test
  void edgeIsRestoredFromFullTilesWhenThePartialOnesAreGone() {
    TreeEdge edge = new TreeEdge();
    grow(edge, 300);
    grow(edge, 600);
    store.remove(TilePath.hash(0, 1, 44));

    assertThat(TreeEdge.restore(source, 300).root()).isEqualTo(NAIVE.root(300));
    store.remove(TilePath.hash(0, 1, 256));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TreeEdge.restore(source, 300))
        .withMessageContaining("tile/0/001.p/44");
  }

  @Test
  void inclusionIsProvenAndNothingElseIs() {
    for (int size : sizes()) {
      TileHashes hashes = written(size);
      for (int i = 0; i < 20; i++) {
        int index = random.nextInt(size);
        int within = index + 1 + random.nextInt(size - index);
        List<Hash> proof = hashes.inclusion(index, within);

        assertThat(proof).isEqualTo(NAIVE.inclusion(index, within));
        Hash leaf = hashes.leaf(index);
        Hash root = NAIVE.root(within);
        assertThat(hashes.root(within)).isEqualTo(root);
        assertThat(Proofs.included(leaf, index, within, proof, root)).isTrue();
        assertThat(Proofs.included(Hash.node(leaf, leaf), index, within, proof, root)).isFalse();
        assertThat(Proofs.included(leaf, index, within, with(proof, leaf), root)).isFalse();
        assertThat(Proofs.included(leaf, index, within, proof, leaf)).isEqualTo(within == 1);
        if (!proof.isEmpty()) {
          assertThat(Proofs.included(leaf, index ^ 1, within, proof, root)).isFalse();
          assertThat(Proofs.included(leaf, index, within, without(proof), root)).isFalse();
        }
      }
    }
  }

  @Test
  void consistencyIsProvenAndNothingElseIs() {
    for (int size : sizes()) {
      TileHashes hashes = written(size);
      for (int i = 0; i < 20; i++) {
        int now = 1 + random.nextInt(size);
        int old = i == 0 ? Integer.highestOneBit(now) : random.nextInt(now + 1);
        List<Hash> proof = hashes.consistency(old, now);

        assertThat(proof).isEqualTo(NAIVE.consistency(old, now));
        Hash before = NAIVE.root(old);
        Hash after = NAIVE.root(now);
        assertThat(Proofs.consistent(old, before, now, after, proof)).isTrue();
        Hash other = Hash.node(before, after);
        assertThat(Proofs.consistent(old, other, now, after, proof)).isFalse();
        assertThat(Proofs.consistent(old, before, now, other, proof)).isEqualTo(old == 0);
        assertThat(Proofs.consistent(old, before, now, after, with(proof, other))).isFalse();
        assertThat(Proofs.consistent(now + 1, before, now, after, proof)).isFalse();
        if (!proof.isEmpty()) {
          assertThat(Proofs.consistent(old, before, now, after, without(proof))).isFalse();
        }
      }
    }
  }

  @Test
  void proofOfWhatIsNotThereIsRefused() {
    TileHashes hashes = written(10);

    assertThatIllegalArgumentException().isThrownBy(() -> hashes.inclusion(10, 10));
    assertThatIllegalArgumentException().isThrownBy(() -> hashes.inclusion(0, 11));
    assertThatIllegalArgumentException().isThrownBy(() -> hashes.consistency(5, 11));
    assertThatIllegalArgumentException().isThrownBy(() -> hashes.leaf(-1));
    assertThat(Proofs.included(Hash.EMPTY_ROOT, 0, 0, List.of(), Hash.EMPTY_ROOT)).isFalse();
  }

  private int[] sizes() {
    return new int[] {1, 2, 255, 256, 257, 1 + random.nextInt(5000), LARGEST};
  }

  private TileHashes written(int size) {
    store.clear();
    grow(new TreeEdge(), size);
    return new TileHashes(source, size);
  }

  private void grow(TreeEdge edge, int size) {
    while (edge.size() < size) {
      edge.append(NAIVE.leaves.get((int) edge.size()));
    }
    edge.takeFull().forEach(tile -> store.put(tile.path().toString(), tile.bytes()));
    edge.partial().forEach(tile -> store.put(tile.path().toString(), tile.bytes()));
  }

  private static List<Hash> with(List<Hash> proof, Hash more) {
    List<Hash> longer = new ArrayList<>(proof);
    longer.add(more);
    return longer;
  }

  private static List<Hash> without(List<Hash> proof) {
    return proof.subList(0, proof.size() - 1);
  }
}
