package io.penstock.importer.export;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * One gzip member (RFC 1952) that several threads deflate: the text is cut into blocks, each is
 * deflated for itself up to a byte boundary (RFC 1951, an empty stored block), and they stand in
 * their order in one stream. Costs a few per mille in size. The last block comes with {@link
 * #finish}. Not thread-safe.
 */
final class ParallelGzip extends OutputStream {
  private static final int BLOCK = 256 << 10;

  /** Blocks that are being deflated or wait to be written; each has about two buffers. */
  private static final int MOST_PENDING = 8;

  /** Magic, deflate, no flags, no time, fastest, unknown system. */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 4, (byte) 0xff};

  /** The last block of all: nothing, by fixed codes. */
  private static final byte[] LAST_BLOCK = {3, 0};

  private final OutputStream out;
  private final Deflation deflation;
  private final CRC32 crc = new CRC32();
  private final Deque<Future<byte[]>> pending = new ArrayDeque<>();
  private byte[] block = new byte[BLOCK];
  private int filled;
  private long size;

  /**
   * @param out gets the stream; is not closed
   */
  ParallelGzip(OutputStream out, Deflation deflation) throws IOException {
    this.out = out;
    this.deflation = deflation;
    out.write(HEADER);
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, source.length);
    int from = offset;
    int left = length;
    while (left > 0) {
      int count = Math.min(left, BLOCK - filled);
      System.arraycopy(source, from, block, filled, count);
      filled += count;
      from += count;
      left -= count;
      if (filled == BLOCK) {
        submit();
      }
    }
  }

  /** Writes everything and ends the member. */
  void finish() throws IOException {
    submit();
    while (!pending.isEmpty()) {
      writeFirst();
    }
    out.write(LAST_BLOCK);
    writeWord(crc.getValue());
    writeWord(size);
    out.flush();
  }

  private void submit() throws IOException {
    if (filled == 0) {
      return;
    }
    crc.update(block, 0, filled);
    size += filled;
    if (pending.size() == MOST_PENDING) {
      writeFirst();
    }
    pending.addLast(deflation.submit(block, filled));
    block = new byte[BLOCK];
    filled = 0;
  }

  private void writeFirst() throws IOException {
    try {
      out.write(pending.removeFirst().get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("The export was interrupted");
    } catch (ExecutionException e) {
      throw new IOException("A block could not be deflated", e.getCause());
    }
  }

  private void writeWord(long value) throws IOException {
    for (int shift = 0; shift < 32; shift += 8) {
      out.write((int) (value >>> shift));
    }
  }

  /**
   * Deflates blocks on threads of its own, with one compressor each. Thread-safe.
   *
   * @param threads that deflate
   */
  record Deflation(ExecutorService threads) {
    /** The JDK's default, 6, costs seven times the time for a sixth of the size. */
    private static final int LEVEL = 1;

    private static final ThreadLocal<Deflater> DEFLATER =
        ThreadLocal.withInitial(() -> new Deflater(LEVEL, true));

    Future<byte[]> submit(byte[] block, int length) {
      return threads.submit(() -> deflated(block, length));
    }

    private static byte[] deflated(byte[] block, int length) {
      Deflater deflater = DEFLATER.get();
      deflater.reset();
      deflater.setInput(block, 0, length);
      byte[] packed = new byte[length / 2 + 1024];
      int end = 0;
      while (true) {
        int count = deflater.deflate(packed, end, packed.length - end, Deflater.SYNC_FLUSH);
        end += count;
        if (end < packed.length) {
          return Arrays.copyOf(packed, end);
        }
        packed = Arrays.copyOf(packed, packed.length * 2);
      }
    }
  }
}
