package io.penstock.uploader;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** What the played API knows of the store behind it. */
public interface PlayedStore {
  String bucket();

  /** As in the contract's {@code credentials}. */
  Map<String, String> credentials(String key);

  boolean has(String key);

  InputStream open(String key) throws IOException;
}
