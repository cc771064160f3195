package io.penstock.aws;

import java.io.OutputStream;

/**
 * A stream into one object. The object comes into being with {@link #complete()}; closing the sink
 * without it aborts the upload and leaves nothing behind. Not thread-safe.
 */
public abstract class ObjectSink extends OutputStream {

  /** Ends the upload; returns the number of bytes of the object. */
  public abstract long complete();

  /** Aborts when {@link #complete()} was not reached; never throws. */
  @Override
  public abstract void close();
}
