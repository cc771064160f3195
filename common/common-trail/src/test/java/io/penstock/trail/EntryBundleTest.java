package io.penstock.trail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class EntryBundleTest {

  @Test
  void entriesStandBehindTheirLengths() {
    byte[] longest = new byte[0xFFFF];
    List<byte[]> entries = List.of(new byte[] {7}, new byte[0], longest);

    byte[] bundle = EntryBundle.encode(entries);

    assertThat(bundle).startsWith(0, 1, 7, 0, 0, 0xFF, 0xFF).hasSize(6 + 1 + 0xFFFF);
    assertThat(EntryBundle.decode(bundle)).containsExactlyElementsOf(entries);
  }

  @Test
  void whatIsNoBundleIsRefused() {
    assertThat(EntryBundle.decode(new byte[0])).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> EntryBundle.decode(new byte[] {0}));
    assertThatIllegalArgumentException().isThrownBy(() -> EntryBundle.decode(new byte[] {0, 2, 7}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EntryBundle.encode(List.of(new byte[0x10000])));
  }
}
