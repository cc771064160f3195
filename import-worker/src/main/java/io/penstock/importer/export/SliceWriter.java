package io.penstock.importer.export;

import io.penstock.aws.ObjectSink;
import io.penstock.aws.ObjectStore;
import io.penstock.importer.export.ParallelGzip.Deflation;
import io.penstock.model.Json;
import io.penstock.model.job.JobOutcome.Slice;
import io.penstock.model.job.JobTask.ExportTable;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows into slices {@code {key}0000_part_00[.gz]}, {@code {key}0001_part_00[.gz]}, … and
 * turns to the next between two rows. Every slice is complete in itself, a gzip member of its own
 * where gzip was asked for; there is always at least one. Closing without {@link #keep} removes
 * whatever was written. Not thread-safe.
 */
final class SliceWriter implements AutoCloseable {
  private static final int BUFFER = 64 << 10;

  private final ObjectStore objects;
  private final ExportTable task;
  private final long sliceBytes;
  private final Deflation deflation;
  private final List<Slice> slices = new ArrayList<>();
  private final List<String> begunKeys = new ArrayList<>();
  private @Nullable OpenSlice open;
  private long plainBytes;
  private boolean kept;

  SliceWriter(ObjectStore objects, ExportTable task, long sliceBytes, Deflation deflation) {
    this.objects = objects;
    this.task = task;
    this.sliceBytes = sliceBytes;
    this.deflation = deflation;
  }

  /** One whole row with its line end. */
  void write(byte[] row) throws IOException {
    OpenSlice slice = open;
    if (slice != null && slice.plain + row.length > sliceBytes && slice.plain > 0) {
      end(slice);
      slice = null;
    }
    if (slice == null) {
      slice = begin();
    }
    slice.out.write(row);
    slice.plain += row.length;
    plainBytes += row.length;
  }

  /** Ends the last slice and writes the manifest. */
  List<Slice> complete() throws IOException {
    OpenSlice slice = open != null ? open : slices.isEmpty() ? begin() : null;
    if (slice != null) {
      end(slice);
    }
    List<Map<String, Object>> entries =
        slices.stream()
            .map(
                written ->
                    Map.<String, Object>of(
                        "url", "s3://" + task.bucket() + "/" + written.key(), "mandatory", true))
            .toList();
    String manifest = Json.write(Map.of("entries", entries));
    begunKeys.add(task.key() + "manifest");
    objects.put(
        task.bucket(),
        task.key() + "manifest",
        manifest.getBytes(StandardCharsets.UTF_8),
        "application/json");
    return List.copyOf(slices);
  }

  /** Before compression. */
  long plainBytes() {
    return plainBytes;
  }

  /** As stored. */
  long storedBytes() {
    return slices.stream().mapToLong(Slice::bytes).sum();
  }

  /** The export has ended well: closing removes nothing any more. */
  void keep() {
    kept = true;
  }

  @Override
  public void close() {
    OpenSlice slice = open;
    if (slice != null) {
      open = null;
      slice.sink.close();
    }
    if (!kept && !begunKeys.isEmpty()) {
      objects.delete(task.bucket(), begunKeys);
    }
  }

  private OpenSlice begin() throws IOException {
    String key = "%s%04d_part_00%s".formatted(task.key(), slices.size(), task.gzip() ? ".gz" : "");
    begunKeys.add(key);
    ObjectSink sink =
        objects.create(task.bucket(), key, task.gzip() ? "application/gzip" : "text/csv");
    OutputStream buffered = new BufferedOutputStream(sink, BUFFER);
    OpenSlice slice =
        new OpenSlice(key, sink, task.gzip() ? new ParallelGzip(buffered, deflation) : buffered);
    open = slice;
    return slice;
  }

  private void end(OpenSlice slice) throws IOException {
    if (slice.out instanceof ParallelGzip gzip) {
      gzip.finish();
    }
    slice.out.flush();
    slices.add(new Slice(slice.key, slice.sink.complete()));
    slice.sink.close();
    open = null;
  }

  /** A slice that rows are still written to. */
  private static final class OpenSlice {
    final String key;
    final ObjectSink sink;
    final OutputStream out;
    long plain;

    OpenSlice(String key, ObjectSink sink, OutputStream out) {
      this.key = key;
      this.sink = sink;
      this.out = out;
    }
  }
}
