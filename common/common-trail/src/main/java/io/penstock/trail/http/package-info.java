/** Reads an organisation's log, and what the search says of it, over HTTP with a storage token. */
@NullMarked
package io.penstock.trail.http;

import org.jspecify.annotations.NullMarked;
