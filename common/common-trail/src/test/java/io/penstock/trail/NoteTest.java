package io.penstock.trail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoteTest {
  /** The example of Go's package golang.org/x/mod/sumdb/note. */
  private static final String GO_KEY =
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

  private static final String GO_NOTE =
      """
      If you think cryptography is the answer to your problem,
      then you don't know what your problem is.

      — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
      """;

  private final NoteSigner signer = KeyFile.signer("example.com/audit", KeyFile.generate());
  private final NoteSigner next = KeyFile.signer("example.com/audit", KeyFile.generate());
  private final Checkpoint checkpoint =
      new Checkpoint("example.com/audit/12", 7, Hash.leaf(new byte[] {1}));

  @Test
  void noteThatGoSignedIsVerified() {
    NoteKey key = NoteKey.parse(GO_KEY);

    assertThat(key.text()).isEqualTo(GO_KEY);
    assertThat(SignedNote.parse(GO_NOTE).verifiedBy(List.of(key))).containsExactly(key);
    assertThat(SignedNote.parse(GO_NOTE.replace("answer", "Answer")).verifiedBy(List.of(key)))
        .isEmpty();
  }

  @Test
  void checkpointThatIsSignedIsReadAgain() {
    SignedNote note = SignedNote.sign(checkpoint.text(), List.of(signer));

    SignedNote read = SignedNote.parse(note.toString());

    assertThat(Checkpoint.parse(read.text())).isEqualTo(checkpoint);
    assertThat(read.verifiedBy(List.of(signer.key()))).containsExactly(signer.key());
    assertThat(read.verifiedBy(List.of(next.key()))).isEmpty();
    assertThat(note.toString())
        .isEqualTo(SignedNote.sign(checkpoint.text(), List.of(signer)).toString());
  }

  @Test
  void bothKeysSignDuringAChange() {
    SignedNote note = SignedNote.sign(checkpoint.text(), List.of(signer, next));

    assertThat(note.verifiedBy(List.of(signer.key()))).containsExactly(signer.key());
    assertThat(note.verifiedBy(List.of(next.key()))).containsExactly(next.key());
  }

  @Test
  void noteWithAFalseSignatureOfAKnownKeyIsVerifiedByNobody() {
    String one = SignedNote.sign(checkpoint.text(), List.of(signer)).toString();
    String other = SignedNote.sign("another text\n", List.of(next)).toString();
    String mixed = one + other.substring(other.lastIndexOf("\n\n") + 2);

    assertThat(SignedNote.parse(mixed).verifiedBy(List.of(signer.key())))
        .containsExactly(signer.key());
    assertThat(SignedNote.parse(mixed).verifiedBy(List.of(signer.key(), next.key()))).isEmpty();
  }

  @Test
  void privateKeyIsReadFromItsFile() {
    String pem = KeyFile.generate();

    NoteKey key = KeyFile.signer("a", pem).key();

    assertThat(KeyFile.signer("a", "# a remark\n" + pem).key()).isEqualTo(key);
    assertThat(KeyFile.signer("b", pem).key().id()).isNotEqualTo(key.id());
    assertThat(KeyFile.signer("a", KeyFile.generate()).key()).isNotEqualTo(key);
    assertThatIllegalArgumentException().isThrownBy(() -> KeyFile.signer("a", "no key"));
    assertThat(KeyFile.signer("a", pem).toString()).doesNotContain("PRIVATE");
  }

  /** RFC 8032, section 7.1, test 1, as OpenSSL writes that key. */
  @Test
  void publicHalfIsTheOneOfTheStandard() {
    String pem =
        """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
        -----END PRIVATE KEY-----
        """;

    NoteSigner standard = KeyFile.signer("a", pem);

    assertThat(HexFormat.of().formatHex(standard.key().publicKey()))
        .isEqualTo("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assertThat(HexFormat.of().formatHex(standard.sign(new byte[0])))
        .startsWith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a\n",
        "a\n\n",
        "\n\n— a AAAA\n",
        "a\n\n— a AAAAAAAA",
        "a\n\n- a AAAAAAAA\n",
        "a\n\n— a !!!\n",
        "a\n\n— a AAAA\n",
        "a\u0001\n\n— a AAAAAAAA\n"
      })
  void whatIsNoNoteIsRefused(String note) {
    assertThatIllegalArgumentException().isThrownBy(() -> SignedNote.parse(note));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\n1\n",
        "a\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "a\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "a\n1\nAAAA\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n"
      })
  void whatIsNoCheckpointIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Checkpoint.parse(text));
  }

  @Test
  void keyThatDoesNotMatchItsHashIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NoteKey.parse(GO_KEY.replace("c74f20a3", "c74f20a4")));
    assertThatIllegalArgumentException().isThrownBy(() -> NoteKey.parse("a+b"));
    assertThatIllegalArgumentException().isThrownBy(() -> new NoteKey("a b", new byte[32]));
  }

  @Test
  void proofStandsAloneAndEveryChangeOfItIsSeen() {
    NaiveTree tree = new NaiveTree();
    for (int i = 0; i < 9; i++) {
      tree.leaves.add(Hash.leaf(entry(i)));
    }
    SignedNote note =
        SignedNote.sign(
            new Checkpoint("example.com/audit/12", 9, tree.root(9)).text(), List.of(signer));
    RecordProof proof = new RecordProof(4, text(entry(4)), tree.inclusion(4, 9), note.toString());
    List<NoteKey> keys = List.of(signer.key());

    assertThat(RecordProof.parse(proof.toJson())).isEqualTo(proof);
    assertThat(proof.verify(keys)).isInstanceOf(RecordProof.Outcome.Proven.class);
    assertRefuted(proof, List.of(next.key()), "not signed");
    assertRefuted(
        new RecordProof(4, text(entry(5)), proof.proof(), note.toString()), keys, "not that of");
    assertRefuted(
        new RecordProof(4, text(entry(4)).replace("}", " }"), proof.proof(), note.toString()),
        keys,
        "do not lead");
    assertRefuted(
        new RecordProof(4, text(entry(4)), tree.inclusion(3, 9), note.toString()),
        keys,
        "do not lead");
    assertRefuted(new RecordProof(4, text(entry(4)), proof.proof(), "x"), keys, "cannot be read");
    assertThatIllegalArgumentException().isThrownBy(() -> RecordProof.parse("{\"version\":2}"));
    assertThatIllegalArgumentException().isThrownBy(() -> RecordProof.parse("null"));
    assertThatIllegalArgumentException().isThrownBy(() -> RecordProof.parse("{"));
  }

  private static void assertRefuted(RecordProof proof, List<NoteKey> keys, String reason) {
    assertThat(proof.verify(keys))
        .isInstanceOfSatisfying(
            RecordProof.Outcome.Refuted.class,
            refuted -> assertThat(refuted.reason()).contains(reason));
  }

  private static byte[] entry(int index) {
    return ("{\"index\":" + index + ",\"record\":{},\"schema\":1}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] entry) {
    return new String(entry, StandardCharsets.UTF_8);
  }
}
