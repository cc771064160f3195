package io.penstock.storage.table;

import io.penstock.storage.access.Caller;
import io.penstock.storage.file.Files;
import io.penstock.storage.file.IncomingFiles;
import io.penstock.storage.file.IncomingFiles.Incoming;
import io.penstock.storage.file.StoredFile;
import io.penstock.storage.table.LoadCall.Brought;
import io.penstock.storage.table.LoadSource.FromFile;
import io.penstock.storage.table.LoadSource.FromUrl;
import io.penstock.storage.table.UrlSource.Fetched;
import org.springframework.stereotype.Component;

/**
 * Files for loads: whatever a load reads lies in the customer's bucket before its job is accepted.
 * Asks the object store, so it is never called inside a transaction. Thread-safe.
 */
@Component
class LoadFiles {
  /** What a form may have beside its data. */
  private static final long FORM_BYTES = 2L * 1024 * 1024;

  private final Files files;
  private final IncomingFiles incoming;
  private final UrlSource urls;
  private final LoadProperties properties;

  LoadFiles(Files files, IncomingFiles incoming, UrlSource urls, LoadProperties properties) {
    this.files = files;
    this.incoming = incoming;
    this.urls = urls;
    this.properties = properties;
  }

  boolean serves(LoadSource source) {
    return source instanceof FromFile || source instanceof FromUrl;
  }

  /**
   * @throws io.penstock.model.PlatformException {@code FILE_NOT_FOUND}, {@code FILE_NOT_UPLOADED}
   *     or {@code URL_FETCH}
   */
  LoadFile of(Caller caller, LoadSource source) {
    return switch (source) {
      case FromFile(long fileId) -> {
        StoredFile file = files.requireReadable(caller, fileId);
        files.requireUploaded(file);
        yield LoadFile.known(file);
      }
      case FromUrl(String url) -> fetched(caller, url);
      default -> throw new IllegalArgumentException("No file: " + source.parameter());
    };
  }

  /** Stores what came with the call. */
  LoadFile brought(Caller caller, LoadCall call) {
    Brought data = call.data();
    long largest = properties.largestBody().toBytes();
    if (call.announcedBytes() > largest + FORM_BYTES) {
      throw IncomingFiles.tooLarge(largest);
    }
    Incoming stored = incoming.store(caller, data.fileName(), data.body(), largest);
    LoadFile file = LoadFile.brought(stored, incoming);
    try {
      call.read(stored.sha256());
      return file;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private LoadFile fetched(Caller caller, String url) {
    try (Fetched fetched = urls.open(url)) {
      long largest = properties.largestUrl().toBytes();
      Incoming stored = incoming.store(caller, fetched.fileName(), fetched.body(), largest);
      return LoadFile.brought(stored, incoming);
    }
  }
}
