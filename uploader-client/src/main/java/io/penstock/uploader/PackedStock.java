package io.penstock.uploader;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A file packed on the way: each block of it becomes one {@link GzipMember}, several blocks at a
 * time are packed by threads of their own, and members are put together until they make a part.
 * Memory holds the parts under way and two blocks a thread, however large the file is.
 */
final class PackedStock extends PartStock {
  /** So long that what a member costs, and what it cannot refer back to, is lost in it. */
  static final int BLOCK = 1 << 20;

  private static final int MOST_THREADS = 4;

  private final Path file;
  private final int level;
  private final long partSize;
  private final ProgressMeter meter;
  private final InputStream in;
  private final int window;
  private final ExecutorService threads;
  private final Deque<Future<Member>> packing = new ArrayDeque<>();
  private boolean read;

  private record Member(byte[] bytes, int sourceBytes) {}

  PackedStock(SourceFile file, ObjectPlan plan, ProgressMeter meter, boolean withMd5) {
    super(withMd5);
    this.file = file.path();
    this.level = plan.gzipLevel();
    this.partSize = plan.partSize();
    this.meter = meter;
    int parallel = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS);
    this.window = 2 * parallel;
    this.threads =
        Executors.newFixedThreadPool(
            parallel, Thread.ofPlatform().daemon().name("gzip-", 0).factory());
    try {
      this.in = Files.newInputStream(file.path());
    } catch (IOException e) {
      threads.shutdownNow();
      throw new UncheckedIOException("cannot read " + file.path(), e);
    }
    fill();
  }

  @Override
  @Nullable OutgoingPart next() throws InterruptedException {
    List<byte[]> members = new ArrayList<>();
    long length = 0;
    long sourceBytes = 0;
    while (length < partSize && !ended()) {
      Member member = await(packing.remove());
      fill();
      digest(member.bytes(), member.bytes().length);
      members.add(member.bytes());
      length += member.bytes().length;
      sourceBytes += member.sourceBytes();
    }
    return members.isEmpty() ? null : part(length, new MemoryBody(members, sourceBytes, meter));
  }

  @Override
  boolean ended() {
    return packing.isEmpty();
  }

  private void fill() {
    try {
      while (!read && packing.size() < window) {
        byte[] block = in.readNBytes(BLOCK);
        read = block.length < BLOCK;
        if (block.length > 0) {
          packing.add(threads.submit(() -> new Member(GzipMember.of(block, level), block.length)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static Member await(Future<Member> packing) throws InterruptedException {
    try {
      return packing.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a block could not be packed", e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + file, e);
    }
  }

  private record MemoryBody(List<byte[]> members, long sourceBytes, ProgressMeter meter)
      implements OutgoingPart.Body {
    @Override
    public InputStream newStream() {
      return new SequenceInputStream(
          Collections.enumeration(members.stream().map(ByteArrayInputStream::new).toList()));
    }

    @Override
    public void arrived() {
      meter.add(sourceBytes);
    }

    @Override
    public void close() {}
  }
}
