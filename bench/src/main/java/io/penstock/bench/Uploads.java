package io.penstock.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Puts each file into the object store once, when it is first needed; never timed. */
final class Uploads {
  private final Client client;
  private final DataSet data;
  private final Consumer<String> progress;
  private final Map<String, Long> ids = new LinkedHashMap<>();

  Uploads(Client client, DataSet data, Consumer<String> progress) {
    this.client = client;
    this.data = data;
    this.progress = progress;
  }

  long empty() throws IOException, InterruptedException {
    return once("an empty table's header", () -> client.upload(data.empty()));
  }

  long events() throws IOException, InterruptedException {
    return once("events.csv", () -> client.upload(data.events()));
  }

  long packed() throws IOException, InterruptedException {
    return once("events.csv.gz", () -> client.upload(data.packed()));
  }

  long slices() throws IOException, InterruptedException {
    return once("four slices", () -> client.uploadSlices("events.csv", data.slices()));
  }

  long changes() throws IOException, InterruptedException {
    return once("upsert.csv", () -> client.upload(data.upsert()));
  }

  long small() throws IOException, InterruptedException {
    return once("small.csv", () -> client.upload(data.small()));
  }

  private interface Upload {
    long send() throws IOException, InterruptedException;
  }

  private long once(String name, Upload upload) throws IOException, InterruptedException {
    Long known = ids.get(name);
    if (known == null) {
      progress.accept("  uploading " + name);
      known = upload.send();
      ids.put(name, known);
    }
    return known;
  }
}
