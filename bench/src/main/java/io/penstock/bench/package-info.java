/**
 * Measures the whole path (call, queue, object store, worker, warehouse) against {@code psql} on
 * the same server, in turn, and writes down on what machine. A client like any other: nothing of
 * the services' code is on its class path.
 */
@NullMarked
package io.penstock.bench;

import org.jspecify.annotations.NullMarked;
