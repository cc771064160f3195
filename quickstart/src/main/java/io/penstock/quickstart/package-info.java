/**
 * All of Penstock in one JVM, and the command that starts, stops and shows it. Each service runs in
 * a Spring context of its own and talks to its neighbours as it would on AWS: over queues, TLS and
 * S3.
 */
@NullMarked
package io.penstock.quickstart;

import org.jspecify.annotations.NullMarked;
