/**
 * What Penstock needs around it, in the JVM or started by it: PostgreSQL, queues, a certificate
 * authority. Everything listens on the loopback interface only and keeps its state in a directory
 * that the caller names.
 */
@NullMarked
package io.penstock.embedded;

import org.jspecify.annotations.NullMarked;
