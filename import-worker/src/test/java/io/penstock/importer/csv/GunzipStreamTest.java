package io.penstock.importer.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.PlatformException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class GunzipStreamTest {
  private static final byte[] ONE = gzip("first;");
  private static final byte[] TWO = gzip("second");

  @Test
  void allMembersAreReadHoweverTheSourceDelivers() throws IOException {
    for (int step : new int[] {1, 7, 1000}) {
      assertThat(gunzip(slow(join(ONE, TWO), step))).isEqualTo("first;second");
    }
  }

  @Test
  void zeroPaddingAtTheEndIsNoMember() throws IOException {
    assertThat(gunzip(slow(join(ONE, new byte[512]), 100))).isEqualTo("first;");
  }

  @Test
  void emptyMemberIsFine() throws IOException {
    assertThat(gunzip(slow(join(gzip(""), TWO), 100))).isEqualTo("second");
  }

  @Test
  void everyTruncationIsAFault() {
    byte[] whole = join(ONE, TWO);
    for (int length = 0; length < whole.length; length++) {
      if (length != ONE.length) {
        byte[] part = Arrays.copyOf(whole, length);
        assertThatExceptionOfType(PlatformException.class)
            .as("cut at %d", length)
            .isThrownBy(() -> gunzip(slow(part, 5)));
      }
    }
  }

  @Test
  void flippedBitIsAFaultOrChangesNothing() throws IOException {
    int faults = 0;
    for (int bit = 80; bit < ONE.length * 8; bit++) {
      byte[] flipped = ONE.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        assertThat(gunzip(slow(flipped, 100))).as("bit %d", bit).isEqualTo("first;");
      } catch (PlatformException e) {
        faults++;
      }
    }
    assertThat(faults).isGreaterThan((ONE.length - 10) * 8 - 8);
  }

  @Test
  void garbageBehindTheLastMemberIsAFault() {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(
            () -> gunzip(slow(join(ONE, "id,name\n".getBytes(StandardCharsets.UTF_8)), 100)))
        .withMessageContaining("follows the data");
  }

  @Test
  void plainFileIsNotGzip() {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> gunzip(slow("id,name\n".getBytes(StandardCharsets.UTF_8), 100)))
        .withMessageContaining("it is not gzip");
  }

  private static String gunzip(InputStream source) throws IOException {
    try (GunzipStream stream = new GunzipStream(source, 250)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** A source that never says how much is available, and hands over a few bytes at a time. */
  private static InputStream slow(byte[] bytes, int step) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(step, length));
      }

      @Override
      public synchronized int available() {
        return 0;
      }
    };
  }

  private static byte[] gzip(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
