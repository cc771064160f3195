package io.penstock.importer.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.csv.GunzipStream;
import io.penstock.importer.export.ParallelGzip.Deflation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelGzipTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 262_143, 262_144, 262_145, 7_000_001})
  void readersGetBackWhatWasWritten(int size) throws IOException {
    for (boolean compressible : new boolean[] {true, false}) {
      byte[] text = bytes(size, compressible);

      byte[] packed = packed(text);

      assertThat(new GunzipStream(new ByteArrayInputStream(packed), 250).readAllBytes())
          .isEqualTo(text);
      assertThat(new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes())
          .isEqualTo(text);
      assertThat(packed.length).isLessThan(size + size / 1000 + 100);
    }
  }

  private static byte[] packed(byte[] text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      ParallelGzip gzip = new ParallelGzip(packed, new Deflation(threads));
      for (int from = 0; from < text.length; from += 1000) {
        gzip.write(text, from, Math.min(1000, text.length - from));
      }
      gzip.finish();
    }
    return packed.toByteArray();
  }

  private static byte[] bytes(int size, boolean compressible) {
    byte[] bytes = new byte[size];
    if (compressible) {
      for (int i = 0; i < size; i++) {
        bytes[i] = (byte) ("row,value,".charAt(i % 10) + i / 1000 % 5);
      }
    } else {
      new Random(1).nextBytes(bytes);
    }
    return bytes;
  }
}
