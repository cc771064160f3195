package io.penstock.uploader;

import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * One part of an object, ready to be sent.
 *
 * @param number from 1
 * @param bytes length
 * @param body gives the bytes, each time anew; closed after the last time
 * @param sums of the bytes
 */
record OutgoingPart(int number, long bytes, Body body, PartSums sums) {

  /** Bytes that tell how far they have got. */
  interface Body extends ContentStreamProvider, AutoCloseable {
    /** All of them have arrived: now, or with an earlier run. */
    void arrived();

    @Override
    void close();
  }
}
